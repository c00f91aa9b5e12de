// eval: a global var without a value is still the hosts
var eval;
module.exports.handleUpdate = async function (ctx) {
  eval(ctx.message.text);
};
