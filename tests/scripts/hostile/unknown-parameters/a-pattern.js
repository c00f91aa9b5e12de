// unknown-call: a pattern
module.exports.handleUpdate = async function (ctx) {
  const run = ({ f }) => f("return 1");
  run({ f: (() => 1)[ctx.message.text] });
};
