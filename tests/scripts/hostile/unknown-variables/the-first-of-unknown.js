// unknown-call: the first of unknown
module.exports.handleUpdate = async function (ctx) {
  const [f] = ({})[ctx.message.text];
  f("return 1");
};
