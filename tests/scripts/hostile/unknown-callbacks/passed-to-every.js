// unknown-call: passed to every
module.exports.handleUpdate = async function (ctx) {
  ["return 1"].every((() => 1)[ctx.message.text]);
};
