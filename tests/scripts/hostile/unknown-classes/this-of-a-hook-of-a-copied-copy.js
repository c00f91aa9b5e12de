// unknown-call: the second copy is this
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class A { make() { return { toJSON() { return this.f("return 1"); } }; } }
  const copy = { ...{ ...new A().make() } };
  copy.f = unknown;
  JSON.stringify(copy);
};
