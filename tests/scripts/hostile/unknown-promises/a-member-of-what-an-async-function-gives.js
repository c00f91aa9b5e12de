// unknown-write: an async function gives a promise
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const work = async () => 1;
  const p = work();
  p.f = unknown;
  p.f("return 1");
};
