// unknown-call: an assignment pattern with a default
module.exports.handleUpdate = async function (ctx) {
  let f;
  ({ a: f = (() => 1)[ctx.message.text] } = {});
  f("return 1");
};
