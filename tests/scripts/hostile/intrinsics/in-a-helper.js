// intrinsic-write: in a helper
module.exports.handleUpdate = async function (ctx) {
  const patch = (o) => { o.keys = 1; };
  patch(Object);
};
