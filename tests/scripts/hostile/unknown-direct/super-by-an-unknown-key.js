// unknown-call: super by an unknown key
module.exports.handleUpdate = async function (ctx) {
  class A { run() { return super[ctx.message.text]("return 1"); } }
  new A().run();
};
