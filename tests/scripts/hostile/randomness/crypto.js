// randomness: crypto
module.exports.handleUpdate = async function (ctx) {
  crypto.randomUUID();
};
