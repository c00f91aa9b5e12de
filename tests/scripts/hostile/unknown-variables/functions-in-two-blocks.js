// unknown-call: both are assigned to the same variable
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  if (ctx.locale) { function f() { return 1; } } else { function f(x) { x("return 1"); } }
  f(unknown);
};
