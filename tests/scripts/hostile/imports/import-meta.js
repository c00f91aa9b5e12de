// syntax: import meta
module.exports.handleUpdate = async function (ctx) {
  await ctx.sendMessage(import.meta.url);
};
