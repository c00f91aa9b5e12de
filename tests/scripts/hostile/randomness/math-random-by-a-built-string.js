// randomness: Math random by a built string
module.exports.handleUpdate = async function (ctx) {
  Math["ran" + "dom"]();
};
