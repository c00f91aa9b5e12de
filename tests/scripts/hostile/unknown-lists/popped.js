// unknown-call: popped
module.exports.handleUpdate = async function (ctx) {
  [(() => 1)[ctx.message.text]].pop()("return 1");
};
