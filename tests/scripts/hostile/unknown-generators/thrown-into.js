// unknown-call: thrown into
module.exports.handleUpdate = async function (ctx) {
  function* run() { try { yield 1; } catch (f) { f("return 1"); } }
  const it = run();
  it.next();
  it.throw((() => 1)[ctx.message.text]);
};
