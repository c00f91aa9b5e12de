// object-reflection: Object getPrototypeOf
module.exports.handleUpdate = async function (ctx) {
  Object.getPrototypeOf({}, "a", {});
};
