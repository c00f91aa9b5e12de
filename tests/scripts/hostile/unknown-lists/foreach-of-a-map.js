// unknown-call: forEach of a map
module.exports.handleUpdate = async function (ctx) {
  new Map([["f", (() => 1)[ctx.message.text]]]).forEach((f) => f("return 1"));
};
