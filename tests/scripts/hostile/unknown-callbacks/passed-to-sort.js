// unknown-call: passed to sort
module.exports.handleUpdate = async function (ctx) {
  ["return 1"].sort((() => 1)[ctx.message.text]);
};
