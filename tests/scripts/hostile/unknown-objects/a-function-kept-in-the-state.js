// unknown-call: a function kept in the state
module.exports.handleUpdate = async function (ctx) {
  const state = await ctx.getState();
  state.run = (f) => f("return 1");
  state.run((() => 1)[ctx.message.text]);
};
