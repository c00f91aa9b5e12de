module.exports.handleUpdate = async function (ctx) {
  const text = ctx.message.text;
  if (!text) return;
  await ctx.sendMessage(text);
};
