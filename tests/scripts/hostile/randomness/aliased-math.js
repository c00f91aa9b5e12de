// randomness: aliased Math
module.exports.handleUpdate = async function (ctx) {
  const M = Math;
  M.random();
};
