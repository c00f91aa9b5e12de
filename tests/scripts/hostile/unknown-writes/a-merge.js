// unknown-write: a merge
module.exports.handleUpdate = async function (ctx) {
  const merge = (a, b) => { for (const k in b) { if (typeof b[k] === "object") merge(a[k], b[k]); else a[k] = b[k]; } return a; };
  merge({}, JSON.parse(ctx.message.text));
};
