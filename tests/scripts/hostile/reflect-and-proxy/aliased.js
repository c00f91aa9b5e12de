// reflect-proxy: aliased
module.exports.handleUpdate = async function (ctx) {
  const R = Reflect;
  R.ownKeys({});
};
