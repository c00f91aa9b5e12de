// unknown-call: assigned
module.exports.handleUpdate = async function (ctx) {
  const b = Object.assign({}, { f: (() => 1)[ctx.message.text] });
  b.f("return 1");
};
