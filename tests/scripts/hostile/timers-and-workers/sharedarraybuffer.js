// workers: SharedArrayBuffer
module.exports.handleUpdate = async function (ctx) {
  new SharedArrayBuffer(8);
};
