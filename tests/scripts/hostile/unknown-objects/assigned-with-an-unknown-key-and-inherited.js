// unknown-call: the key may be __proto__
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const inner = { f: unknown };
  const target = Object.assign({}, { [ctx.locale]: inner });
  target.f("return 1");
};
