// unknown-call: the second function of then
module.exports.handleUpdate = async function (ctx) {
  await Promise.reject((() => 1)[ctx.message.text]).then(null, (f) => f("return 1"));
};
