// intrinsic-write: the name stays NaN, whatever is assigned
var NaN = "safe";
module.exports.handleUpdate = async function (ctx) {
  const o = { safe() {} };
  o.NaN = (() => 1)[ctx.message.text];
  o[NaN]("return 1");
};
