// unknown-call: the setter is called
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = { set [ctx.locale](f) { f("return 1"); } };
  o.run = unknown;
};
