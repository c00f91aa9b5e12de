// unknown-call: the cause of an error
module.exports.handleUpdate = async function (ctx) {
  try { throw new Error("x", { cause: (() => 1)[ctx.message.text] }); } catch (e) { e.cause("return 1"); }
};
