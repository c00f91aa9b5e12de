// unknown-call: spliced in
module.exports.handleUpdate = async function (ctx) {
  const list = [];
  list.splice(0, 0, (() => 1)[ctx.message.text]);
  list[0]("return 1");
};
