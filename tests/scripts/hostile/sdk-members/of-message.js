// sdk-member: of message
module.exports.handleUpdate = async function (ctx) {
  ctx.message.from;
};
