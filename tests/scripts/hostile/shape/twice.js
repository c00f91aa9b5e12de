// shape: twice
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
