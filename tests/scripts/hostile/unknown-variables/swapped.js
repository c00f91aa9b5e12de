// unknown-call: swapped
module.exports.handleUpdate = async function (ctx) {
  let a = (() => 1)[ctx.message.text];
  let b = () => 1;
  [a, b] = [b, a];
  b("return 1");
};
