// object-reflection: Object defineProperties
module.exports.handleUpdate = async function (ctx) {
  Object.defineProperties({}, "a", {});
};
