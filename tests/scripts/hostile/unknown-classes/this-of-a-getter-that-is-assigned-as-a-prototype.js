// unknown-call: the key may be __proto__
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class A { get run() { return this.f("return 1"); } }
  const target = Object.assign({}, { [ctx.locale]: new A() });
  target.f = unknown;
  target.run;
};
