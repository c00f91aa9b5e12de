// object-reflection: Object setPrototypeOf
module.exports.handleUpdate = async function (ctx) {
  Object.setPrototypeOf({}, "a", {});
};
