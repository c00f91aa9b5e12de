// shape: a function called at once
const n = (() => 1)();
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
