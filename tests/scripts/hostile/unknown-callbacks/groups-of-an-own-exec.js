// unknown-call: replace hands them on
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const r = /x/;
  r.exec = () => ({ 0: "x", index: 0, length: 1, groups: { f: unknown } });
  "x".replace(r, (text, at, all, groups) => groups.f("return 1"));
};
