// sdk-member: of chat
module.exports.handleUpdate = async function (ctx) {
  ctx.chat.title;
};
