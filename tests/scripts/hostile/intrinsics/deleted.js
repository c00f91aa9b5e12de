// intrinsic-write: deleted
module.exports.handleUpdate = async function (ctx) {
  delete Math.max;
};
