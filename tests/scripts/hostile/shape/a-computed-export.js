// shape: a computed export
module.exports.handleUpdate = async function (ctx) {
  module.exports["handleUpdate"] = async (ctx) => {};
};
