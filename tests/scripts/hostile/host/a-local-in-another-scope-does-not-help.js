// process: a local in another scope does not help
module.exports.handleUpdate = async function (ctx) {
  { const process = 1; }
  process.exit(1);
};
