// unknown-write: map keeps promises as they are
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const list = ["a"].map(ctx.sendMessage);
  const [p] = list;
  p.f = unknown;
  p.f("return 1");
};
