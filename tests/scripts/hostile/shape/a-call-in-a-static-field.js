// shape: a call in a static field
class Tool { static n = Number("1"); }
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
