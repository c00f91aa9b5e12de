// unknown-call: sent in
module.exports.handleUpdate = async function (ctx) {
  function* run() { const f = yield; f("return 1"); }
  const it = run();
  it.next();
  it.next((() => 1)[ctx.message.text]);
};
