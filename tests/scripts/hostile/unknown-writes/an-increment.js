// unknown-write: an increment
module.exports.handleUpdate = async function (ctx) {
  const o = {};
  o[ctx.message.text][ctx.locale]++;
};
