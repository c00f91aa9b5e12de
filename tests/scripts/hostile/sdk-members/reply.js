// sdk-member: reply
module.exports.handleUpdate = async function (ctx) {
  await ctx.reply("x");
};
