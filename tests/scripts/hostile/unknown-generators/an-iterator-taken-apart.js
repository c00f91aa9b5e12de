// unknown-call: an iterator taken apart
module.exports.handleUpdate = async function (ctx) {
  const o = { *[Symbol.iterator]() { yield (() => 1)[ctx.message.text]; } };
  const [f] = o;
  f("return 1");
};
