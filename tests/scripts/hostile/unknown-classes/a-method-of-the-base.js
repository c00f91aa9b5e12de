// unknown-call: a method of the base
module.exports.handleUpdate = async function (ctx) {
  class A { run() { return this.f("return 1"); } }
  class B extends A { f = (() => 1)[ctx.message.text]; }
  new B().run();
};
