// unknown-call: test calls it
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const r = /x/;
  r.exec = unknown;
  r.test("return 1");
};
