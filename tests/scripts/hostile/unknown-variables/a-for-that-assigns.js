// unknown-call: a for that assigns
module.exports.handleUpdate = async function (ctx) {
  let f;
  for (f = (() => 1)[ctx.message.text]; ;) { f("return 1"); break; }
};
