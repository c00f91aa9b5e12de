// shape: module as a function
function module() {}
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
