// this: in a default parameter
module.exports.handleUpdate = async function (ctx) {
  function leak(g = this) { return g; }
  leak();
};
