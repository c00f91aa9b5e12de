// unknown-call: a computed key in a literal
module.exports.handleUpdate = async function (ctx) {
  const o = { [ctx.message.text]: (() => 1)[ctx.message.text] };
  o.run("return 1");
};
