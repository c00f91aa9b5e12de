// reflect-proxy: Reflect get by a key
module.exports.handleUpdate = async function (ctx) {
  Reflect.get({}, ctx.message.text);
};
