// unknown-call: filled
module.exports.handleUpdate = async function (ctx) {
  new Array(1).fill((() => 1)[ctx.message.text])[0]("return 1");
};
