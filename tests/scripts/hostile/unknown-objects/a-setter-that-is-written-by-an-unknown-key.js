// unknown-call: the setter is called
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = { set run(f) { f("return 1"); } };
  o[ctx.locale] = unknown;
};
