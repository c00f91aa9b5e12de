// sdk-write: a function of the sdk
module.exports.handleUpdate = async function (ctx) {
  ctx.http.cache = 1;
};
