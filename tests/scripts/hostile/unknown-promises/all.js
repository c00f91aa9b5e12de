// unknown-call: all
module.exports.handleUpdate = async function (ctx) {
  const [f] = await Promise.all([(() => 1)[ctx.message.text]]);
  f("return 1");
};
