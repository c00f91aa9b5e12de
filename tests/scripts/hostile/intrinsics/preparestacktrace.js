// intrinsic-write: prepareStackTrace
module.exports.handleUpdate = async function (ctx) {
  Error.prepareStackTrace = (e, s) => s;
};
