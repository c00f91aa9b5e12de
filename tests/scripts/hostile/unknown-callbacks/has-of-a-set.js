// unknown-call: has of a set
module.exports.handleUpdate = async function (ctx) {
  new Set(["return 1"]).isSubsetOf({ size: 1, has: (() => 1)[ctx.message.text], keys: () => [] });
};
