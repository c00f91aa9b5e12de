// unknown-call: the target is this
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class A { make() { return { toString() { return this.f("return 1"); } }; } }
  const copy = Object.assign({}, new A().make());
  copy.f = unknown;
  String(copy);
};
