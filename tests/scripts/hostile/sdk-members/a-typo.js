// sdk-member: a typo
module.exports.handleUpdate = async function (ctx) {
  await ctx.sendMesage("x");
};
