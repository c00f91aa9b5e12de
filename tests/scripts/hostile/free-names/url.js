// free-name: URL
module.exports.handleUpdate = async function (ctx) {
  const x = URL;
};
