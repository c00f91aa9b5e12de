// unknown-call: an iterator put there by an unknown key
module.exports.handleUpdate = async function (ctx) {
  const o = {};
  o[ctx.message.text] = function* () { yield (() => 1)[ctx.message.text]; };
  for (const f of o) f("return 1");
};
