// randomness: spread Math
module.exports.handleUpdate = async function (ctx) {
  const m = { ...Math };
  m.random();
};
