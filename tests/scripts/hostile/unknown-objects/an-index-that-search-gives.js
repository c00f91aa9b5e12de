// unknown-call: search gives the index of what exec gives
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const r = /x/;
  r.exec = () => ({ index: { f: unknown } });
  "x".search(r).f("return 1");
};
