// free-name: navigator
module.exports.handleUpdate = async function (ctx) {
  const x = navigator;
};
