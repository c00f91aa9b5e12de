// sdk-write: a logical assignment
module.exports.handleUpdate = async function (ctx) {
  ctx.user ??= 1;
};
