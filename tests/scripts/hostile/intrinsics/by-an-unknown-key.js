// intrinsic-write: by an unknown key
module.exports.handleUpdate = async function (ctx) {
  Object[ctx.message.text] = 1;
};
