// unknown-call: apply by a constant
module.exports.handleUpdate = async function (ctx) {
  const how = "apply";
  (() => 1)[ctx.message.text][how](null, ["return 1"]);
};
