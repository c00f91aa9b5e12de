// global-object: global
module.exports.handleUpdate = async function (ctx) {
  global.leak = 1;
};
