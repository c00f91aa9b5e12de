// unknown-call: a callback of a callback
module.exports.handleUpdate = async function (ctx) {
  const a = (g) => g((() => 1)[ctx.message.text]);
  a((f) => f("return 1"));
};
