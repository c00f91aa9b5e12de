// unknown-call: passed to replaceAll
module.exports.handleUpdate = async function (ctx) {
  "return 1".replaceAll(/.*/g, (() => 1)[ctx.message.text]);
};
