// eval: as a default
module.exports.handleUpdate = async function (ctx) {
  const run = (f = eval) => f("1");
  run();
};
