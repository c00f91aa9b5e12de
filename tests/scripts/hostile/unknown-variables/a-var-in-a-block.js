// unknown-call: a var in a block
module.exports.handleUpdate = async function (ctx) {
  if (ctx.locale) { var f = (() => 1)[ctx.message.text]; }
  f("return 1");
};
