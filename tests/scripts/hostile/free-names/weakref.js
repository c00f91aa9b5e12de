// free-name: WeakRef
module.exports.handleUpdate = async function (ctx) {
  const x = WeakRef;
};
