// unknown-call: a member taken out
module.exports.handleUpdate = async function (ctx) {
  const o = { f: (() => 1)[ctx.message.text] };
  const { f } = o;
  f("return 1");
};
