// shape: a loop
for (const n of [1]) { }
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
