// shape: a static block
class Tool { static { String(1); } }
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
