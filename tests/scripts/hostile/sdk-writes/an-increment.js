// sdk-write: an increment
module.exports.handleUpdate = async function (ctx) {
  ctx.now++;
};
