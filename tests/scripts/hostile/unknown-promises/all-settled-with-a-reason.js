// unknown-call: all settled with a reason
module.exports.handleUpdate = async function (ctx) {
  const [r] = await Promise.allSettled([Promise.reject((() => 1)[ctx.message.text])]);
  r.reason("return 1");
};
