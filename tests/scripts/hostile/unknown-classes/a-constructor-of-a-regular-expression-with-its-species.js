// unknown-call: the key may be constructor
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class D {
    constructor(given) { given.f("return 1"); }
    static [ctx.locale] = D;
  }
  const r = /a/;
  r.f = unknown;
  r[ctx.locale] = D;
  "abc".split(r);
};
