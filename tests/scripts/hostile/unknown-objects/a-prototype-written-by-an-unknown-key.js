// unknown-call: a prototype written by an unknown key
module.exports.handleUpdate = async function (ctx) {
  const o = {};
  o[ctx.message.text] = { run: (() => 1)[ctx.message.text] };
  o.run("return 1");
};
