// unknown-call: bind twice
module.exports.handleUpdate = async function (ctx) {
  const run = (a, b, f) => f("return 1");
  run.bind(null, 1).bind(null, 2)((() => 1)[ctx.message.text]);
};
