// unknown-call: an error keeps its cause
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class E extends Error {
    constructor() { super("m", { cause: unknown }); }
  }
  new E().cause("return 1");
};
