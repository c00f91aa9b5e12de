// eval: direct call
module.exports.handleUpdate = async function (ctx) {
  eval(ctx.message.text);
};
