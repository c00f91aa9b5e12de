// unknown-write: a promise is an object too, and keeps what is written on it
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const p = Promise.resolve(1);
  p.f = unknown;
  p.f("return 1");
};
