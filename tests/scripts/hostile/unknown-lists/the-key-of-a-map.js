// unknown-call: the key of a map
module.exports.handleUpdate = async function (ctx) {
  const map = new Map([[(() => 1)[ctx.message.text], 1]]);
  for (const [f] of map) f("return 1");
};
