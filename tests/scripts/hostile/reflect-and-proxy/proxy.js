// reflect-proxy: Proxy
module.exports.handleUpdate = async function (ctx) {
  new Proxy({}, {});
};
