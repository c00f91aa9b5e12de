// unknown-call: destructured from unknown
module.exports.handleUpdate = async function (ctx) {
  const { run } = ({})[ctx.message.text];
  run("return 1");
};
