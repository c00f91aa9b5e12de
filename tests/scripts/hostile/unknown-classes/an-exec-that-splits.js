// unknown-call: split takes parts of what it gives
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class R extends RegExp {
    exec() { return { 0: "x", 1: unknown, length: 2, index: 0 }; }
  }
  "axb".split(new R("x"))[1]("return 1");
};
