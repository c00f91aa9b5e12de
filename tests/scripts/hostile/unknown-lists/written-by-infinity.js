// unknown-call: Infinity is a number
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = {};
  o[1 / 0] = unknown;
  o.Infinity("return 1");
};
