// intrinsic-write: JSON parse
module.exports.handleUpdate = async function (ctx) {
  JSON.parse = (x) => x;
};
