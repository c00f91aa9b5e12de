// unknown-call: an and
module.exports.handleUpdate = async function (ctx) {
  (1 && (() => 1)[ctx.message.text])("return 1");
};
