// randomness: Math random by a string
module.exports.handleUpdate = async function (ctx) {
  Math["random"]();
};
