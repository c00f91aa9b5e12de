// reflect-proxy: Proxy of ctx
module.exports.handleUpdate = async function (ctx) {
  const spy = new Proxy(ctx, { get: () => 1 });
  spy.x;
};
