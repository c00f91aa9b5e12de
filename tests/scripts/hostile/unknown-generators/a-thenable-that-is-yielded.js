// unknown-call: an async generator awaits what it yields
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  async function* g() {
    yield { then(done) { done(unknown); } };
  }
  (await g().next()).value("return 1");
};
