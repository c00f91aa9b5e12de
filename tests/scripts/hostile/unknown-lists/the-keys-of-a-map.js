// unknown-call: the keys of a map
module.exports.handleUpdate = async function (ctx) {
  const map = new Map();
  map.set((() => 1)[ctx.message.text], 1);
  [...map.keys()][0]("return 1");
};
