// unknown-call: two variables
module.exports.handleUpdate = async function (ctx) {
  const a = (() => 1)[ctx.message.text];
  const b = a;
  const d = b;
  d("return 1");
};
