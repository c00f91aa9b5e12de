// unknown-call: returned by then
module.exports.handleUpdate = async function (ctx) {
  (await Promise.resolve(1).then(() => (() => 1)[ctx.message.text]))("return 1");
};
