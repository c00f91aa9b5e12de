// prototype-member: destructured
module.exports.handleUpdate = async function (ctx) {
  const { constructor } = "";
};
