// randomness: as a value
module.exports.handleUpdate = async function (ctx) {
  const dice = Math.random;
  dice();
};
