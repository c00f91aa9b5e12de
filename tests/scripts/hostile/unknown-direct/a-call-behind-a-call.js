// unknown-call: a call behind a call
module.exports.handleUpdate = async function (ctx) {
  (() => 1)[ctx.message.text]("return 1")();
};
