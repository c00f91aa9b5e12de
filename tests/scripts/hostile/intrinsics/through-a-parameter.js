// intrinsic-member: through a parameter
module.exports.handleUpdate = async function (ctx) {
  const f = (E) => E.captureStackTrace({});
  f(Error);
};
