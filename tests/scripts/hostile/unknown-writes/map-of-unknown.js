// intrinsic-write: map of unknown
module.exports.handleUpdate = async function (ctx) {
  [][ctx.message.text].map = () => [];
};
