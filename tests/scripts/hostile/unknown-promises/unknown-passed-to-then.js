// unknown-call: unknown passed to then
module.exports.handleUpdate = async function (ctx) {
  Promise.resolve("return 1").then((() => 1)[ctx.message.text]);
};
