// prototype-member: __lookupGetter__
module.exports.handleUpdate = async function (ctx) {
  ({}).__lookupGetter__("x", () => 1);
};
