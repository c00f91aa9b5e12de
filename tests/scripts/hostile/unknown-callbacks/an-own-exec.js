// unknown-call: match gives back what it gives
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const r = /x/;
  r.exec = () => ({ f: unknown });
  "x".match(r).f("return 1");
};
