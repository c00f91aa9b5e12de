// unknown-call: the iterator is an object too
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const it = "abc"[Symbol.iterator]();
  it.f = unknown;
  it.f("return 1");
};
