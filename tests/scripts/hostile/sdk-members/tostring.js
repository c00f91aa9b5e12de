// sdk-member: toString
module.exports.handleUpdate = async function (ctx) {
  ctx.toString();
};
