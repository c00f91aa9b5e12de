// free-name: localStorage
module.exports.handleUpdate = async function (ctx) {
  const x = localStorage;
};
