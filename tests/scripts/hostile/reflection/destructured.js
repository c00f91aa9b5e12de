// object-reflection: destructured
module.exports.handleUpdate = async function (ctx) {
  const { getPrototypeOf } = Object;
  getPrototypeOf({});
};
