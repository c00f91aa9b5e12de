// intrinsic-write: destructured into
module.exports.handleUpdate = async function (ctx) {
  [Math.max] = [1];
};
