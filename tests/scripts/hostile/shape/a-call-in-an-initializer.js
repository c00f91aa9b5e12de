// shape: a call in an initializer
const n = Number("1");
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
