// unknown-call: the literal is its receiver
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class A { m(f) { const o = { f, get run() { return this.f("return 1"); } }; return o.run; } }
  new A().m(unknown);
};
