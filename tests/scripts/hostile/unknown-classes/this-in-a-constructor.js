// unknown-call: this in a constructor
module.exports.handleUpdate = async function (ctx) {
  class Box { constructor(f) { this.f = f; } run() { return this.f("return 1"); } }
  new Box((() => 1)[ctx.message.text]).run();
};
