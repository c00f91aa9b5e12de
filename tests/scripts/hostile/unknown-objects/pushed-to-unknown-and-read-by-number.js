// unknown-call: pushed to unknown and read by number
module.exports.handleUpdate = async function (ctx) {
  ({})[ctx.message.text].push((() => 1)[ctx.message.text]);
  const o = {};
  o[0]("return 1");
};
