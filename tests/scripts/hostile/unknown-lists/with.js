// unknown-call: with
module.exports.handleUpdate = async function (ctx) {
  [1].with(0, (() => 1)[ctx.message.text])[0]("return 1");
};
