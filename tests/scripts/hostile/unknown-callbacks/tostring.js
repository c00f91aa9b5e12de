// unknown-call: toString
module.exports.handleUpdate = async function (ctx) {
  const o = { toString: (() => 1)[ctx.message.text] };
  await ctx.sendMessage(`${o}`);
};
