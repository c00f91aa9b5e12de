// intrinsic-write: an increment
module.exports.handleUpdate = async function (ctx) {
  Number.MAX_VALUE++;
};
