// unknown-call: next of an async generator gives a promise
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const items = (async function* () { yield 1; })();
  const p = items.next();
  p.f = unknown;
  p.f("return 1");
};
