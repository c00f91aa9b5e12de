// unknown-write: in a helper
module.exports.handleUpdate = async function (ctx) {
  const put = (o, k, v) => { o[k] = v; };
  put(({})[ctx.message.text], ctx.locale, 1);
};
