// randomness: a constant key
module.exports.handleUpdate = async function (ctx) {
  const key = "random";
  Math[key]();
};
