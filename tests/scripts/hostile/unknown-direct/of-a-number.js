// unknown-call: of a number
module.exports.handleUpdate = async function (ctx) {
  (5)[ctx.message.text][ctx.message.text]("return 1");
};
