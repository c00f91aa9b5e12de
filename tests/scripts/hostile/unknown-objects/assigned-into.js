// unknown-call: assigned into
module.exports.handleUpdate = async function (ctx) {
  const b = {};
  Object.assign(b, { f: (() => 1)[ctx.message.text] });
  b.f("return 1");
};
