// prototype-member: __defineSetter__
module.exports.handleUpdate = async function (ctx) {
  ({}).__defineSetter__("x", () => 1);
};
