// require: dirname
module.exports.handleUpdate = async function (ctx) {
  await ctx.sendMessage(__dirname);
};
