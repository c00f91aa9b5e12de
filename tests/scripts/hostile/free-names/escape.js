// free-name: escape
module.exports.handleUpdate = async function (ctx) {
  const x = escape;
};
