// unknown-call: written to unknown and read from a string
module.exports.handleUpdate = async function (ctx) {
  ({})[ctx.message.text].run = (() => 1)[ctx.message.text];
  "".run("return 1");
};
