// global-object: frames
module.exports.handleUpdate = async function (ctx) {
  frames.leak = 1;
};
