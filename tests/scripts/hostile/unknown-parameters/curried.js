// unknown-call: curried
module.exports.handleUpdate = async function (ctx) {
  const run = (f) => (x) => f(x);
  run((() => 1)[ctx.message.text])("return 1");
};
