// unknown-call: unknown as next
module.exports.handleUpdate = async function (ctx) {
  const o = { [Symbol.iterator]: () => ({ next: (() => 1)[ctx.message.text] }) };
  for (const x of o) { break; }
};
