// object-reflection: Object defineProperty
module.exports.handleUpdate = async function (ctx) {
  Object.defineProperty({}, "a", {});
};
