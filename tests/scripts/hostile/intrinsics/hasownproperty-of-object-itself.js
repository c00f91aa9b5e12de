// intrinsic-member: hasOwnProperty of Object itself
module.exports.handleUpdate = async function (ctx) {
  Object.hasOwnProperty("x");
};
