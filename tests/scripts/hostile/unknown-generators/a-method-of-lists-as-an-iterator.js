// unknown-call: it iterates the object that has it
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = { length: 1, 0: unknown, [Symbol.iterator]: [].values };
  for (const f of o) f("return 1");
};
