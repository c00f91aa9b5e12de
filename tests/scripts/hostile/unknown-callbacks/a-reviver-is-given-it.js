// unknown-call: a reviver is given what it gave for the parts
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  JSON.parse('{"a":1}', (key, value) => (key === "a" ? unknown : value.a("return 1")));
};
