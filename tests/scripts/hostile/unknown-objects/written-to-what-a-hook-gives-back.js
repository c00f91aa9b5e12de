// unknown-call: the hook is a method of the engine that gives back a list with the object in it
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const r = /a/;
  r.exec = [].concat;
  const given = "a".match(r);
  given[0].f = unknown;
  r.f("return 1");
};
