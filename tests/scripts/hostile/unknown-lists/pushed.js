// unknown-call: pushed
module.exports.handleUpdate = async function (ctx) {
  const list = [];
  list.push((() => 1)[ctx.message.text]);
  list[0]("return 1");
};
