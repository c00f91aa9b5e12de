// reflect-proxy: Proxy revocable
module.exports.handleUpdate = async function (ctx) {
  Proxy.revocable({}, {});
};
