// unknown-write: the variable held an object before
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const p = Promise.resolve(1);
  let x = {};
  x = p;
  x.f = unknown;
  p.f("return 1");
};
