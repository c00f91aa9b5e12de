// unknown-call: fromAsync awaits each item
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const list = await Array.fromAsync([{ then(done) { done(unknown); } }]);
  list[0]("return 1");
};
