// unknown-call: written to unknown and inherited
module.exports.handleUpdate = async function (ctx) {
  ({})[ctx.message.text].run = (() => 1)[ctx.message.text];
  const o = {};
  o.run("return 1");
};
