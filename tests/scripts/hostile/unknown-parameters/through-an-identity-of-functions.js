// unknown-call: through an identity of functions
module.exports.handleUpdate = async function (ctx) {
  const id = (x) => x;
  id(() => 1)();
  id((() => 1)[ctx.message.text])("return 1");
};
