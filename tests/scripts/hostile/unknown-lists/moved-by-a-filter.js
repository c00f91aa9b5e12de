// unknown-call: a filter moves items to other places
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const fine = () => 1;
  [fine, unknown].filter((one) => one !== fine)[0]("return 1");
};
