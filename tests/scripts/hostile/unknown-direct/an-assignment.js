// unknown-call: an assignment
module.exports.handleUpdate = async function (ctx) {
  let f;
  (f = (() => 1)[ctx.message.text])("return 1");
};
