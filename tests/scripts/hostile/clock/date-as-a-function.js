// clock: Date as a function
module.exports.handleUpdate = async function (ctx) {
  await ctx.sendMessage(Date());
};
