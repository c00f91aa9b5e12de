// unknown-call: match gives back what it gives
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class R extends RegExp {
    exec() { return { 0: "x", f: unknown }; }
  }
  for (const found of "x".matchAll(new R("x", "g"))) found.f("return 1");
};
