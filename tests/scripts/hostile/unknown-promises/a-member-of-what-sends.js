// unknown-write: what the SDK gives is a promise
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const p = ctx.sendMessage("x");
  p.f = unknown;
  p.f("return 1");
};
