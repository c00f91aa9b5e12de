// unknown-call: numbers have other names than those of places
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = {};
  let n = 0;
  n--;
  o[n] = unknown;
  o["-1"]("return 1");
};
