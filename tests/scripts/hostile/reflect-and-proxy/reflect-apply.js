// reflect-proxy: Reflect apply
module.exports.handleUpdate = async function (ctx) {
  Reflect.apply(String, null, []);
};
