// unknown-call: an executor
module.exports.handleUpdate = async function (ctx) {
  const f = await new Promise((done) => done((() => 1)[ctx.message.text]));
  f("return 1");
};
