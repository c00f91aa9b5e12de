// prototype-member: of what was awaited
module.exports.handleUpdate = async function (ctx) {
  (await ctx.getState()).constructor;
};
