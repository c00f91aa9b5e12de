// unknown-call: it takes the place of the member
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  JSON.parse('{"a":1}', (key, value) => (key === "a" ? unknown : value)).a("return 1");
};
