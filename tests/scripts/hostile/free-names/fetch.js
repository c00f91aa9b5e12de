// free-name: fetch
module.exports.handleUpdate = async function (ctx) {
  const x = fetch;
};
