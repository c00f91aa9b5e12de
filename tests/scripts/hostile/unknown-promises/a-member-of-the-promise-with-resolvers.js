// unknown-write: the promise is an object too
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const { promise } = Promise.withResolvers();
  promise.f = unknown;
  promise.f("return 1");
};
