// unknown-call: JSON parsed key
module.exports.handleUpdate = async function (ctx) {
  (() => 1)[JSON.parse(ctx.message.text)]("return 1");
};
