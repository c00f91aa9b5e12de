// eval: indirect through a comma
module.exports.handleUpdate = async function (ctx) {
  (0, eval)(ctx.message.text);
};
