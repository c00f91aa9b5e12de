// unknown-call: its value is undefined
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = { safe() {} };
  o.undefined = unknown;
  if (ctx.now < 0) {
    var key = "safe";
  }
  o[key]("return 1");
};
