// unknown-call: the keys may be constructor and Symbol.species
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class D { constructor(given) { this.given = given; } exec() { this.given.f("return 1"); return null; } }
  const r = /a/g;
  r.f = unknown;
  r[ctx.locale] = { [Symbol.iterator[ctx.locale].species]: D };
  [..."abc".matchAll(r)];
};
