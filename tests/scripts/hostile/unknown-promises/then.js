// unknown-call: then
module.exports.handleUpdate = async function (ctx) {
  await Promise.resolve((() => 1)[ctx.message.text]).then((f) => f("return 1"));
};
