// unknown-call: a spread list
module.exports.handleUpdate = async function (ctx) {
  const list = [...[(() => 1)[ctx.message.text]]];
  list[0]("return 1");
};
