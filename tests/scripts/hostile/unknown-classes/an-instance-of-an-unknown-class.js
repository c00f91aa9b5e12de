// unknown-call: an instance of an unknown class
module.exports.handleUpdate = async function (ctx) {
  const C = ({})[ctx.message.text];
  new C("return 1");
};
