// unknown-call: awaited
module.exports.handleUpdate = async function (ctx) {
  const f = await Promise.resolve((() => 1)[ctx.message.text]);
  f("return 1");
};
