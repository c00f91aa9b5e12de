// unknown-call: NaN is a number
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = {};
  o[0 / 0] = unknown;
  o.NaN("return 1");
};
