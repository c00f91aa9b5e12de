// unknown-write: assigned into
module.exports.handleUpdate = async function (ctx) {
  const o = {};
  Object.assign(o[ctx.message.text], JSON.parse(ctx.locale));
};
