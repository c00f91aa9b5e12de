// unknown-call: a member of unknown
module.exports.handleUpdate = async function (ctx) {
  const f = ({})[ctx.message.text].run;
  f("return 1");
};
