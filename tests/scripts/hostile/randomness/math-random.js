// randomness: Math random
module.exports.handleUpdate = async function (ctx) {
  await ctx.sendMessage(String(Math.random()));
};
