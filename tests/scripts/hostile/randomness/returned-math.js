// randomness: returned Math
module.exports.handleUpdate = async function (ctx) {
  const maths = () => Math;
  maths().random();
};
