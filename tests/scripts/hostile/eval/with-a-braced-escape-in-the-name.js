// eval: with a braced escape in the name
module.exports.handleUpdate = async function (ctx) {
  ev\u{61}l(ctx.message.text);
};
