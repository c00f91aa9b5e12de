// A tea bot.
module.exports.handleUpdate = async function (ctx) {
  await ctx.sendMessage("Tea!");
};
