// shape: a delete in an initializer
const o = { a: 1 };
const n = delete o.a;
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
