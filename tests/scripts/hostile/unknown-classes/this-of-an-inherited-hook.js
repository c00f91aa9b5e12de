// unknown-call: the key may be __proto__
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class A { make() { return { toString() { return this.f("return 1"); } }; } }
  const heir = {};
  heir[ctx.locale] = new A().make();
  heir.f = unknown;
  String(heir);
};
