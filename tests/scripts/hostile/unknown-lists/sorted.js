// unknown-call: sorted
module.exports.handleUpdate = async function (ctx) {
  [(() => 1)[ctx.message.text], (() => 1)[ctx.message.text]].sort((a, b) => a("return 1"));
};
