// randomness: a template key
module.exports.handleUpdate = async function (ctx) {
  Math[`random`]();
};
