// intrinsic-member: stackTraceLimit
module.exports.handleUpdate = async function (ctx) {
  Error.stackTraceLimit;
};
