// unknown-call: a labelled block
module.exports.handleUpdate = async function (ctx) {
  let f = () => 1;
  out: { f = (() => 1)[ctx.message.text]; break out; }
  f("return 1");
};
