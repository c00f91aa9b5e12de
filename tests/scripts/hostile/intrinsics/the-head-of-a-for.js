// intrinsic-write: the head of a for
module.exports.handleUpdate = async function (ctx) {
  for (Math.x of [1]) { }
};
