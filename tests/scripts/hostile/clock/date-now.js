// clock: Date now
module.exports.handleUpdate = async function (ctx) {
  await ctx.sendMessage(String(Date.now()));
};
