// unknown-call: a nested pattern
module.exports.handleUpdate = async function (ctx) {
  const run = ({ a: [f] }) => f("return 1");
  run({ a: [(() => 1)[ctx.message.text]] });
};
