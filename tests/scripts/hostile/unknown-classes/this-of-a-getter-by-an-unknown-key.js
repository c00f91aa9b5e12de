// unknown-call: the object inherits from the instance
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class A { get run() { return this.f("return 1"); } }
  const o = { f: unknown };
  o[ctx.locale] = new A();
  o.run;
};
