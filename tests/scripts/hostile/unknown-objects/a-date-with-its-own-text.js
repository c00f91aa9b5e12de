// unknown-call: toJSON gives what toISOString gives
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const d = new Date(ctx.now);
  d.toISOString = () => ({ f: unknown });
  d.toJSON().f("return 1");
};
