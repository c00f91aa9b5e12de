// sdk-write: in a helper
module.exports.handleUpdate = async function (ctx) {
  const put = (o) => { o.x = 1; };
  put(ctx);
};
