// object-reflection: on anything
module.exports.handleUpdate = async function (ctx) {
  ctx.update.defineProperty;
};
