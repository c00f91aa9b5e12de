// unknown-call: call by a string
module.exports.handleUpdate = async function (ctx) {
  (() => 1)[ctx.message.text]["call"](null, "return 1");
};
