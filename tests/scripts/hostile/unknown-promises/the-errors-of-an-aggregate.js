// unknown-call: the errors of an aggregate
module.exports.handleUpdate = async function (ctx) {
  const e = new AggregateError([(() => 1)[ctx.message.text]]);
  e.errors[0]("return 1");
};
