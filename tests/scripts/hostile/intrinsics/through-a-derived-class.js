// intrinsic-member: through a derived class
module.exports.handleUpdate = async function (ctx) {
  class Oops extends Error {}
  Oops.captureStackTrace({});
};
