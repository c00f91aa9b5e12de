// unknown-call: the value of a delegation
module.exports.handleUpdate = async function (ctx) {
  function* inner() { return (() => 1)[ctx.message.text]; }
  function* all() { const f = yield* inner(); f("return 1"); }
  [...all()];
};
