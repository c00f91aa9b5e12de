// free-name: TextEncoder
module.exports.handleUpdate = async function (ctx) {
  const x = TextEncoder;
};
