// unknown-call: all awaits each item
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const [f] = await Promise.all([{ then(done) { done(unknown); } }]);
  f("return 1");
};
