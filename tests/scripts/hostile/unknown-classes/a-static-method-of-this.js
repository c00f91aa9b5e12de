// unknown-call: a static method of this
module.exports.handleUpdate = async function (ctx) {
  class A { static make() { return this.f("return 1"); } }
  A.f = (() => 1)[ctx.message.text];
  A.make();
};
