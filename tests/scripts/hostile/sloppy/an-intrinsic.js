// intrinsic-write: an intrinsic
module.exports.handleUpdate = async function (ctx) {
  Object = 1;
};
