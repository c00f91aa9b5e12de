// intrinsic-member: captureStackTrace
module.exports.handleUpdate = async function (ctx) {
  Error.captureStackTrace({});
};
