// unknown-write: destructured into
module.exports.handleUpdate = async function (ctx) {
  const o = {};
  [o[ctx.message.text][ctx.locale]] = [1];
};
