// unknown-call: a logical assignment to an unknown member
module.exports.handleUpdate = async function (ctx) {
  const o = {};
  (o[ctx.message.text] ??= () => 1)("return 1");
};
