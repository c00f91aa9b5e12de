// global-object: window
module.exports.handleUpdate = async function (ctx) {
  window.leak = 1;
};
