// unknown-write: deleted through two keys
module.exports.handleUpdate = async function (ctx) {
  const o = {};
  delete o[ctx.message.text][ctx.locale];
};
