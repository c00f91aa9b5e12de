// unknown-call: beyond the thirtieth item
module.exports.handleUpdate = async function (ctx) {
  const list = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, (() => 1)[ctx.message.text]];
  list[40]("return 1");
};
