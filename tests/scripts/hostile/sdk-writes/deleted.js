// sdk-write: deleted
module.exports.handleUpdate = async function (ctx) {
  delete ctx.http;
};
