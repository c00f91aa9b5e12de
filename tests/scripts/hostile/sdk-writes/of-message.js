// sdk-write: of message
module.exports.handleUpdate = async function (ctx) {
  ctx.message.text = "";
};
