// intrinsic-write: a function of an intrinsic
module.exports.handleUpdate = async function (ctx) {
  Math.max.leak = 1;
};
