// sdk-write: by an unknown key
module.exports.handleUpdate = async function (ctx) {
  ctx[ctx.message.text] = 1;
};
