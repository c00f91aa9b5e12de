// unknown-call: a let that is assigned later
module.exports.handleUpdate = async function (ctx) {
  let f = () => 1;
  f = (() => 1)[ctx.message.text];
  f("return 1");
};
