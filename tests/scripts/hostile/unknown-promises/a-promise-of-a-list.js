// unknown-write: Array.from keeps promises as they are
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const [p] = Array.from([Promise.resolve(1)]);
  p.f = unknown;
  p.f("return 1");
};
