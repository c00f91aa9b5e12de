// sdk-member: by a string
module.exports.handleUpdate = async function (ctx) {
  await ctx["reply"]("x");
};
