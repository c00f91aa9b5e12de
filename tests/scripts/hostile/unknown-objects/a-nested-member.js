// unknown-call: a nested member
module.exports.handleUpdate = async function (ctx) {
  const o = { a: { b: { f: (() => 1)[ctx.message.text] } } };
  o.a.b.f("return 1");
};
