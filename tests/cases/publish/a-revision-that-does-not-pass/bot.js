module.exports.handleUpdate = async function (ctx) {
  await ctx.sendMessage("I am a teapot.");
};
