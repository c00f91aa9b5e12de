// global-object: top
module.exports.handleUpdate = async function (ctx) {
  top.leak = 1;
};
