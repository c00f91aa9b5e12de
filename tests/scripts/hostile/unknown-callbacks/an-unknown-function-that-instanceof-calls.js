// unknown-call: instanceof calls what stands under a symbol
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const key = Symbol.iterator[ctx.locale].hasInstance;
  const o = { [key]: unknown };
  "return 1" instanceof o;
};
