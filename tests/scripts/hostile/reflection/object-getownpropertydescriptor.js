// object-reflection: Object getOwnPropertyDescriptor
module.exports.handleUpdate = async function (ctx) {
  Object.getOwnPropertyDescriptor({}, "a", {});
};
