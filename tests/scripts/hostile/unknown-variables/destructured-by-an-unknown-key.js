// unknown-call: destructured by an unknown key
module.exports.handleUpdate = async function (ctx) {
  const { [ctx.message.text]: f } = () => 1;
  f("return 1");
};
