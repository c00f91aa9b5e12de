// sdk-write: destructured into
module.exports.handleUpdate = async function (ctx) {
  ({ a: ctx.user } = { a: 1 });
};
