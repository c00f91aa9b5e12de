// unknown-call: its key may be that of iterators
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = {};
  const key = Object.getOwnPropertySymbols(Object)[ctx.now] ?? Symbol.iterator;
  o[key] = () => ({ next: () => ({ value: unknown, done: false }) });
  for (const f of o) f("return 1");
};
