// unknown-call: this of a borrowed method
module.exports.handleUpdate = async function (ctx) {
  class A { run() { return this.f("return 1"); } }
  const o = { f: (() => 1)[ctx.message.text], run: new A().run };
  o.run();
};
