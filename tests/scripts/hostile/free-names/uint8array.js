// free-name: Uint8Array
module.exports.handleUpdate = async function (ctx) {
  const x = Uint8Array;
};
