// unknown-call: a conditional
module.exports.handleUpdate = async function (ctx) {
  (true ? (() => 1)[ctx.message.text] : null)("return 1");
};
