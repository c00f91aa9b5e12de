// randomness: Math as an argument
module.exports.handleUpdate = async function (ctx) {
  const roll = (m) => m.random();
  roll(Math);
};
