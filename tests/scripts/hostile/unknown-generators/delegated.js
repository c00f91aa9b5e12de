// unknown-call: delegated
module.exports.handleUpdate = async function (ctx) {
  function* inner() { yield (() => 1)[ctx.message.text]; }
  function* all() { yield* inner(); }
  for (const f of all()) f("return 1");
};
