// unknown-call: a variable without a value is undefined and no number
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = {};
  let n;
  o[n] = unknown;
  o.undefined("return 1");
};
