// free-name: Symbol
module.exports.handleUpdate = async function (ctx) {
  const s = Symbol("x");
};
