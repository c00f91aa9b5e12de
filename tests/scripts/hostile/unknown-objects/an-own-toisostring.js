// unknown-call: toJSON gives back what it gives
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const d = new Date(ctx.now);
  d.toISOString = () => unknown;
  d.toJSON()("return 1");
};
