// unknown-call: rejected and caught
module.exports.handleUpdate = async function (ctx) {
  await Promise.reject((() => 1)[ctx.message.text]).catch((f) => f("return 1"));
};
