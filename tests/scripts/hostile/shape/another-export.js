// shape: another export
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
module.exports.other = 1;
