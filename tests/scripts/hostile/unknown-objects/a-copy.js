// unknown-call: a copy
module.exports.handleUpdate = async function (ctx) {
  const a = { f: (() => 1)[ctx.message.text] };
  const b = { ...a };
  b.f("return 1");
};
