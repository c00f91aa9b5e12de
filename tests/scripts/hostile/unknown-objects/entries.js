// unknown-call: entries
module.exports.handleUpdate = async function (ctx) {
  for (const [name, f] of Object.entries({ a: (() => 1)[ctx.message.text] })) f(name);
};
