// unknown-call: thrown and caught
module.exports.handleUpdate = async function (ctx) {
  try { throw (() => 1)[ctx.message.text]; } catch (f) { f("return 1"); }
};
