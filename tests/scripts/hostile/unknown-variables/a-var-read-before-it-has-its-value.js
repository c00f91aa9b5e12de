// unknown-call: its value is undefined until then
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const o = { safe() {} };
  o.undefined = unknown;
  o[key]("return 1");
  var key = "safe";
};
