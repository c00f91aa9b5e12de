// unknown-call: passed to a method of unknown
module.exports.handleUpdate = async function (ctx) {
  ({})[ctx.message.text].map((() => 1)[ctx.message.text]);
};
