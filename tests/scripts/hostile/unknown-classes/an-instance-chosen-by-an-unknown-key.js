// unknown-call: an instance chosen by an unknown key
module.exports.handleUpdate = async function (ctx) {
  class A { static f = (() => 1)[ctx.message.text]; }
  const C = new A()[ctx.message.text];
  C.f("return 1");
};
