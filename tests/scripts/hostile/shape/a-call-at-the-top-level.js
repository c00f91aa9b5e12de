// shape: a call at the top level
String(1);
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
