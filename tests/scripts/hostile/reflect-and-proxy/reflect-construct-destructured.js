// reflect-proxy: Reflect construct destructured
module.exports.handleUpdate = async function (ctx) {
  const { construct } = Reflect;
  construct(Map, []);
};
