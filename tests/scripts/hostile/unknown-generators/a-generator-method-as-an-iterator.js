// unknown-call: a generator method as an iterator
module.exports.handleUpdate = async function (ctx) {
  const o = { *[Symbol.iterator]() { yield (() => 1)[ctx.message.text]; } };
  for (const f of o) f("return 1");
};
