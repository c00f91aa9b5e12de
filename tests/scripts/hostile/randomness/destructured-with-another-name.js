// randomness: destructured with another name
module.exports.handleUpdate = async function (ctx) {
  const { random: dice } = Math;
  dice();
};
