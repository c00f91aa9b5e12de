// intrinsic-write: a new member
module.exports.handleUpdate = async function (ctx) {
  Math.leak = 1;
};
