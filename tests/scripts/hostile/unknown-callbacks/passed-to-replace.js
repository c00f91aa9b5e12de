// unknown-call: passed to replace
module.exports.handleUpdate = async function (ctx) {
  "return 1".replace(/.*/, (() => 1)[ctx.message.text]);
};
