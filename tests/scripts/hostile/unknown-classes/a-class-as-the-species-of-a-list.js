// unknown-call: the keys may be constructor and Symbol.species
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  let self;
  const sym = Symbol.iterator[ctx.locale].species;
  class D { constructor() { self = this; } }
  const a = [];
  a[ctx.locale] = { [sym]: D };
  a.map(() => unknown);
  self[0]("return 1");
};
