// unknown-call: by an unknown key
module.exports.handleUpdate = async function (ctx) {
  await ctx[ctx.message.text]("x");
};
