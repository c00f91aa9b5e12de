// sdk-write: a function
module.exports.handleUpdate = async function (ctx) {
  ctx.sendMessage = () => {};
};
