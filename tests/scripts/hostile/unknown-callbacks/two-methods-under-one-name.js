// unknown-call: either of the two is called
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = { length: 1, 0: unknown };
  o.run = ctx.now > 1 ? [].forEach : [].find;
  o.run(() => true)("return 1");
};
