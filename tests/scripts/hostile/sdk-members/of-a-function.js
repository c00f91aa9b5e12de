// sdk-member: of a function
module.exports.handleUpdate = async function (ctx) {
  ctx.sendMessage.leak;
};
