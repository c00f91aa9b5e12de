// eval: a global var read before it has its value
const run = eval;
var eval = (x) => x;
module.exports.handleUpdate = async function (ctx) {
  run(ctx.message.text);
};
