// shape: a condition
if (true) { var n = 1; }
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
