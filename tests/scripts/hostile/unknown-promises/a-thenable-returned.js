// unknown-call: a thenable returned
module.exports.handleUpdate = async function (ctx) {
  const get = async () => ({ then(done) { done((() => 1)[ctx.message.text]); } });
  (await get())("return 1");
};
