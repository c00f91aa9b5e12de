// unknown-call: entries of a list
module.exports.handleUpdate = async function (ctx) {
  for (const [i, f] of [(() => 1)[ctx.message.text]].entries()) f("return 1");
};
