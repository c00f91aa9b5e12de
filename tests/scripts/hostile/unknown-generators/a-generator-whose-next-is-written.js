// unknown-call: iterating asks its next
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  function* g() {}
  const one = g();
  one.next = () => ({ value: unknown, done: false });
  for (const f of one) f("return 1");
};
