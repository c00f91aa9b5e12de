// clock: new Date
module.exports.handleUpdate = async function (ctx) {
  const now = new Date();
  await ctx.sendMessage(now.toISOString());
};
