// free-name: Symbol destructured
module.exports.handleUpdate = async function (ctx) {
  const { toPrimitive } = Symbol;
};
