// unknown-write: then gives a promise
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const p = ctx.getState().then(() => 1);
  p.f = unknown;
  p.f("return 1");
};
