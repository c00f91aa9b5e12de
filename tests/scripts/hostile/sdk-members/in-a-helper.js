// sdk-member: in a helper
module.exports.handleUpdate = async function (ctx) {
  const hello = (c) => c.reply("x");
  hello(ctx);
};
