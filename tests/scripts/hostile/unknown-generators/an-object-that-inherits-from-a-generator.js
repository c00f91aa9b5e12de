// unknown-call: its key may be __proto__
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  function* g() {}
  const o = {};
  o[ctx.locale] = g();
  o.next = () => ({ value: unknown, done: false });
  for (const f of o) f("return 1");
};
