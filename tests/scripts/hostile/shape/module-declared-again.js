// shape: module declared again
var module = { exports: {} };
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
