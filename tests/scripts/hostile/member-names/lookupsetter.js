// prototype-member: __lookupSetter__
module.exports.handleUpdate = async function (ctx) {
  ({}).__lookupSetter__("x", () => 1);
};
