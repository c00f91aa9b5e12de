// unknown-call: an accessor of an instance by super
module.exports.handleUpdate = async function (ctx) {
  class A { set f(v) { this.g = v; } }
  class B extends A { run() { super.f = (() => 1)[ctx.message.text]; return this.g("return 1"); } }
  new B().run();
};
