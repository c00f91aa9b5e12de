// unknown-call: a pattern with a default from another parameter
module.exports.handleUpdate = async function (ctx) {
  const run = (a, b = a) => b("return 1");
  run((() => 1)[ctx.message.text]);
};
