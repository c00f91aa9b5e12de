// sdk-write: of chat
module.exports.handleUpdate = async function (ctx) {
  ctx.chat.id = 1;
};
