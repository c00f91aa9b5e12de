// unknown-call: an iterator spread into a call
module.exports.handleUpdate = async function (ctx) {
  const o = { *[Symbol.iterator]() { yield (() => 1)[ctx.message.text]; } };
  ((f) => f("return 1"))(...o);
};
