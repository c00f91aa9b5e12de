// unknown-call: this through call
module.exports.handleUpdate = async function (ctx) {
  class A { run() { return this.f("return 1"); } }
  new A().run.call({ f: (() => 1)[ctx.message.text] });
};
