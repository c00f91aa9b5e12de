// shape: a call in a computed key
class Tool { [String(1)]() {} }
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
