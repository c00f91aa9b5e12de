// unknown-call: toJSON gives back what it gives
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class D extends Date {
    toISOString() { return unknown; }
  }
  new D(0).toJSON()("return 1");
};
