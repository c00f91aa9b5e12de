// shape: a call in a default
const { a = Number("1") } = {};
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
