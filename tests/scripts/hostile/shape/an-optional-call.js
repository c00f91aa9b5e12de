// shape: an optional call
const n = Object.freeze?.({});
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
