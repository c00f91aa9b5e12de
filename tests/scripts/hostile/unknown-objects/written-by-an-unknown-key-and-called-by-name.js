// unknown-call: written by an unknown key and called by name
module.exports.handleUpdate = async function (ctx) {
  const o = { run: () => 1 };
  o[ctx.message.text] = (() => 1)[ctx.message.text];
  o.run("return 1");
};
