// unknown-call: Object.prototype may have it
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const s = await ctx.getState();
  let n;
  s[ctx.message.text][n] = s[ctx.locale];
  ({}).undefined("return 1");
};
