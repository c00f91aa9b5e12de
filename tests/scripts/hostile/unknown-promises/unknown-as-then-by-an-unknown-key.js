// unknown-call: its key may be then
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = { length: 1, 0: unknown };
  o[ctx.locale] = unknown;
  const f = await o;
  f("return 1");
};
