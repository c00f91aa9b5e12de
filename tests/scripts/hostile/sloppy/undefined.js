// intrinsic-write: undefined
module.exports.handleUpdate = async function (ctx) {
  undefined = 1;
};
