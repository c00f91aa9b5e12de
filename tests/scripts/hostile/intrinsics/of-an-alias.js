// intrinsic-member: of an alias
module.exports.handleUpdate = async function (ctx) {
  const E = Error;
  E.captureStackTrace({});
};
