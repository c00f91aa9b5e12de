// unknown-call: a map that is set
module.exports.handleUpdate = async function (ctx) {
  const map = new Map();
  map.set("f", (() => 1)[ctx.message.text]);
  map.get("f")("return 1");
};
