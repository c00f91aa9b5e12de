// unknown-call: a set that is added to
module.exports.handleUpdate = async function (ctx) {
  const set = new Set();
  set.add((() => 1)[ctx.message.text]);
  set.forEach((f) => f("return 1"));
};
