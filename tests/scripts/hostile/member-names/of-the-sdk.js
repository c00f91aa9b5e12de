// prototype-member: of the sdk
module.exports.handleUpdate = async function (ctx) {
  ctx.sendMessage.constructor("return 1")();
};
