// unknown-call: an iterator of its own
module.exports.handleUpdate = async function (ctx) {
  const o = { [Symbol.iterator]() { return { next: () => ({ value: (() => 1)[ctx.message.text], done: false }) }; } };
  for (const f of o) { f("return 1"); break; }
};
