// unknown-call: a base constructor
module.exports.handleUpdate = async function (ctx) {
  class A { constructor(f) { f("return 1"); } }
  class B extends A {}
  new B((() => 1)[ctx.message.text]);
};
