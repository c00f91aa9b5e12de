// clock: in a default
module.exports.handleUpdate = async function (ctx) {
  const run = (D = Date) => new D();
  run();
};
