// this: in the handler
module.exports.handleUpdate = async function (ctx) {
  this.leak = 1;
};
