// global-object: parent
module.exports.handleUpdate = async function (ctx) {
  parent.leak = 1;
};
