// unknown-call: an optional member
module.exports.handleUpdate = async function (ctx) {
  const o = { f: (() => 1)[ctx.message.text] };
  o?.f?.("return 1");
};
