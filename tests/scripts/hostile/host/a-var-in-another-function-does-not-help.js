// process: a var in another function does not help
module.exports.handleUpdate = async function (ctx) {
  function other() { var process; }
  other();
  process.exit(1);
};
