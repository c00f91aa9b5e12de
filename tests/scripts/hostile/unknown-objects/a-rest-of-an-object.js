// unknown-call: a rest of an object
module.exports.handleUpdate = async function (ctx) {
  const { a, ...rest } = { a: 1, f: (() => 1)[ctx.message.text] };
  rest.f("return 1");
};
