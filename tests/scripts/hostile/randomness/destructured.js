// randomness: destructured
module.exports.handleUpdate = async function (ctx) {
  const { random } = Math;
  random();
};
