// sdk-write: a new member
module.exports.handleUpdate = async function (ctx) {
  ctx.user = 1;
};
