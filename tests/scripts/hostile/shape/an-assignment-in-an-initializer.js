// shape: an assignment in an initializer
let m = 0;
const n = (m = 1);
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
