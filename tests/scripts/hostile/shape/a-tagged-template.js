// shape: a tagged template
const t = String.raw`x`;
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
