// unknown-call: a member of an error
module.exports.handleUpdate = async function (ctx) {
  const e = new Error("x");
  e.f = (() => 1)[ctx.message.text];
  try { throw e; } catch (x) { x.f("return 1"); }
};
