// intrinsic-write: assign writes to its target
module.exports.handleUpdate = async function (ctx) {
  Object.assign.call(Object, Array, { isArray: () => true });
};
