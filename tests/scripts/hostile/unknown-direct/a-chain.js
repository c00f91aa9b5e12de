// unknown-call: a chain
module.exports.handleUpdate = async function (ctx) {
  ctx?.update?.[ctx.message.text]?.("x");
};
