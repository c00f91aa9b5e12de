// unknown-call: iterated into a map
module.exports.handleUpdate = async function (ctx) {
  const o = { *[Symbol.iterator]() { yield ["f", (() => 1)[ctx.message.text]]; } };
  new Map(o).get("f")("return 1");
};
