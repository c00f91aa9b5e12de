// unknown-call: an async function
module.exports.handleUpdate = async function (ctx) {
  const get = async () => (() => 1)[ctx.message.text];
  (await get())("return 1");
};
