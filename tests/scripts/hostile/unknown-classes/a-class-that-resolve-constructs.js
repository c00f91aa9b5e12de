// unknown-call: Promise.resolve constructs what it is called on
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class C { constructor(f) { f((x) => { x("return 1"); }, () => 0); } }
  Promise.resolve.call(C, unknown);
};
