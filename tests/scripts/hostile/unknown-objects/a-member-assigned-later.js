// unknown-call: a member assigned later
module.exports.handleUpdate = async function (ctx) {
  const o = {};
  o.f = (() => 1)[ctx.message.text];
  o.f("return 1");
};
