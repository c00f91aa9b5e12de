// intrinsic-write: through an alias
module.exports.handleUpdate = async function (ctx) {
  const M = Map;
  M.leak = 1;
};
