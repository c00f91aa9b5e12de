// eval: shorthand in an object
module.exports.handleUpdate = async function (ctx) {
  const tools = { eval };
  tools.eval(ctx.message.text);
};
