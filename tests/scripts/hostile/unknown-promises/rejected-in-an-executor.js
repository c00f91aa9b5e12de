// unknown-call: rejected in an executor
module.exports.handleUpdate = async function (ctx) {
  try { await new Promise((done, fail) => fail((() => 1)[ctx.message.text])); } catch (f) { f("return 1"); }
};
