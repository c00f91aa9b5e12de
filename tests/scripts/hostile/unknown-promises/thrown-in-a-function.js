// unknown-call: thrown in a function
module.exports.handleUpdate = async function (ctx) {
  const fail = () => { throw (() => 1)[ctx.message.text]; };
  try { fail(); } catch (f) { f("return 1"); }
};
