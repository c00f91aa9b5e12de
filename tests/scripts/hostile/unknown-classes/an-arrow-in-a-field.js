// unknown-call: an arrow in a field
module.exports.handleUpdate = async function (ctx) {
  class A { f = (() => 1)[ctx.message.text]; run = () => this.f("return 1"); }
  new A().run();
};
