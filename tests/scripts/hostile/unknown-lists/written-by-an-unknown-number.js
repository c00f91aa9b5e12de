// unknown-call: written by an unknown number
module.exports.handleUpdate = async function (ctx) {
  const list = [() => 1];
  list[list.length - 1] = (() => 1)[ctx.message.text];
  list[0]("return 1");
};
