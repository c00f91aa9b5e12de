// global-object: in a default parameter
module.exports.handleUpdate = async function (ctx) {
  const run = (g = globalThis) => g;
  run();
};
