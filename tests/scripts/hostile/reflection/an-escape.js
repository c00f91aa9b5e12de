// object-reflection: an escape
module.exports.handleUpdate = async function (ctx) {
  Object.def\u0069neProperty({}, "a", {});
};
