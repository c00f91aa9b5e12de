// unknown-call: a method by an unknown key
module.exports.handleUpdate = async function (ctx) {
  ctx.update[ctx.message.text]("x");
};
