// unknown-call: the rest of unknown
module.exports.handleUpdate = async function (ctx) {
  const { ...rest } = ({})[ctx.message.text];
  const f = rest.run;
  f("return 1");
};
