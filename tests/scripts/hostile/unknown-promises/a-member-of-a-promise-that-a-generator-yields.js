// unknown-write: a generator yields promises as they are
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const make = function* () { yield Promise.resolve(1); };
  for (const p of make()) { p.f = unknown; p.f("return 1"); }
};
