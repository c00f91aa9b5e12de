// free-name: atob
module.exports.handleUpdate = async function (ctx) {
  const x = atob;
};
