// process: process exit
module.exports.handleUpdate = async function (ctx) {
  process.exit(1);
};
