// sdk-member: destructured
module.exports.handleUpdate = async function (ctx) {
  const { reply } = ctx;
};
