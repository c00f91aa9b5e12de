// sdk-write: assigned from an object
module.exports.handleUpdate = async function (ctx) {
  Object.assign(ctx, { user: 1 });
};
