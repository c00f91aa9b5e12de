// process: Buffer
module.exports.handleUpdate = async function (ctx) {
  Buffer.from("x");
};
