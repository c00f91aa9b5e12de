// unknown-call: a spread of a spread
module.exports.handleUpdate = async function (ctx) {
  const a = { ...{ ...{ f: (() => 1)[ctx.message.text] } } };
  a.f("return 1");
};
