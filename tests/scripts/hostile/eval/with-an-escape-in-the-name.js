// eval: with an escape in the name
module.exports.handleUpdate = async function (ctx) {
  \u0065val(ctx.message.text);
};
