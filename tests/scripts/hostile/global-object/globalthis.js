// global-object: globalThis
module.exports.handleUpdate = async function (ctx) {
  const g = globalThis;
  g.leak = 1;
};
