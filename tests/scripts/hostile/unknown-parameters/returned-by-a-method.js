// unknown-call: returned by a method
module.exports.handleUpdate = async function (ctx) {
  const box = { get() { return (() => 1)[ctx.message.text]; } };
  box.get()("return 1");
};
