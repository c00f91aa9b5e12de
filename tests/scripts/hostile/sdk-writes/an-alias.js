// sdk-write: an alias
module.exports.handleUpdate = async function (ctx) {
  const c = ctx;
  c.http = 1;
};
