// prototype-member: optional
module.exports.handleUpdate = async function (ctx) {
  ctx?.constructor;
};
