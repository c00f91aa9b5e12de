// shape: exports
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
exports.other = 1;
