// unknown-call: valueOf
module.exports.handleUpdate = async function (ctx) {
  const o = { valueOf: (() => 1)[ctx.message.text] };
  const n = o + 1;
};
