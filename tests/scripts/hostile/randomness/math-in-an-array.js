// randomness: Math in an array
module.exports.handleUpdate = async function (ctx) {
  const [m] = [Math];
  m.random();
};
