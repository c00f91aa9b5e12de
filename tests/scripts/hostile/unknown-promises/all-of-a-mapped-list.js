// unknown-call: all of a mapped list
module.exports.handleUpdate = async function (ctx) {
  const fs = await Promise.all([1].map(async () => (() => 1)[ctx.message.text]));
  fs[0]("return 1");
};
