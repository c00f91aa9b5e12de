// unknown-write: through a variable
module.exports.handleUpdate = async function (ctx) {
  const o = {};
  const p = o[ctx.message.text];
  p[ctx.locale] = 1;
};
