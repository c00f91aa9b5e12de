// shape: an argument of freeze that calls
const o = Object.freeze({ n: Number("1") });
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
