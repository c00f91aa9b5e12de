// unknown-call: unknown as then
module.exports.handleUpdate = async function (ctx) {
  await { then: (() => 1)[ctx.message.text] };
};
