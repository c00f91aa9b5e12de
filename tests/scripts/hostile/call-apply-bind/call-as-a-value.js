// unknown-call: call as a value
module.exports.handleUpdate = async function (ctx) {
  const call = (() => 1).call;
  call.call((() => 1)[ctx.message.text], null, "return 1");
};
