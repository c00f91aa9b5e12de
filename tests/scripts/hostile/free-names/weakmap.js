// free-name: WeakMap
module.exports.handleUpdate = async function (ctx) {
  const x = WeakMap;
};
