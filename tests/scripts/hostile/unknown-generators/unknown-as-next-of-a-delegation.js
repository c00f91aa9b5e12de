// unknown-call: unknown as next of a delegation
module.exports.handleUpdate = async function (ctx) {
  function* all() { yield* { [Symbol.iterator]: () => ({ next: (() => 1)[ctx.message.text] }) }; }
  const it = all();
  const f = it.next("return 1");
};
