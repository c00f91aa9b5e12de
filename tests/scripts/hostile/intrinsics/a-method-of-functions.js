// intrinsic-member: a method of functions
module.exports.handleUpdate = async function (ctx) {
  parseInt.toString();
};
