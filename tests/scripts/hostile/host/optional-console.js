// console: optional console
module.exports.handleUpdate = async function (ctx) {
  console?.error("x");
};
