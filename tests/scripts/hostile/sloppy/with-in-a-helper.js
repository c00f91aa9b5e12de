// with: with in a helper
module.exports.handleUpdate = async function (ctx) {
  function leak(o) { with (o) { return o; } }
  leak(ctx);
};
