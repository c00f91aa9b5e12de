// clock: performance
module.exports.handleUpdate = async function (ctx) {
  performance.now();
};
