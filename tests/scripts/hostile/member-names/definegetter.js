// prototype-member: __defineGetter__
module.exports.handleUpdate = async function (ctx) {
  ({}).__defineGetter__("x", () => 1);
};
