// intrinsic-member: destructured
module.exports.handleUpdate = async function (ctx) {
  const { captureStackTrace } = Error;
};
