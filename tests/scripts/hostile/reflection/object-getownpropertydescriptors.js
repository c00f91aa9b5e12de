// object-reflection: Object getOwnPropertyDescriptors
module.exports.handleUpdate = async function (ctx) {
  Object.getOwnPropertyDescriptors({}, "a", {});
};
