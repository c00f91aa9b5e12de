// unknown-call: the setter is called
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = { set 0(f) { f("return 1"); } };
  let n = 1;
  n--;
  o[n] = unknown;
};
