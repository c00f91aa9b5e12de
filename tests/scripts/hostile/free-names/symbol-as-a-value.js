// free-name: Symbol as a value
module.exports.handleUpdate = async function (ctx) {
  const S = Symbol;
};
