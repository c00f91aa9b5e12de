// unknown-call: from entries
module.exports.handleUpdate = async function (ctx) {
  const o = Object.fromEntries([["f", (() => 1)[ctx.message.text]]]);
  o.f("return 1");
};
