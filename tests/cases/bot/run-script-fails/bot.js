module.exports.handleUpdate = async function (ctx) {
  const state = await ctx.getState();
  await ctx.sendMessage("Hello, " + state.name.trim());
};
