// shape: a call in the heritage
class Tool extends Object(Map) {}
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
