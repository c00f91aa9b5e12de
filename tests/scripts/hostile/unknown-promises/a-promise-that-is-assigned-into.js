// unknown-write: Object.assign writes members too
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const p = Promise.all([]);
  Object.assign(p, { f: unknown });
  p.f("return 1");
};
