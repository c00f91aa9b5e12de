// free-name: ArrayBuffer
module.exports.handleUpdate = async function (ctx) {
  const x = ArrayBuffer;
};
