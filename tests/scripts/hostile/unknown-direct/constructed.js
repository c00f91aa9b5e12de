// unknown-call: constructed
module.exports.handleUpdate = async function (ctx) {
  new ((() => 1)[ctx.message.text])("return 1");
};
