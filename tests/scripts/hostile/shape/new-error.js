// shape: new Error
const e = new Error("x");
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
