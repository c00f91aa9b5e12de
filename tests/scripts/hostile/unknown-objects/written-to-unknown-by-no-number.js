// unknown-call: Object.prototype may have it
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const s = await ctx.getState();
  s[ctx.message.text][0 / 0] = s[ctx.locale];
  ({}).NaN("return 1");
};
