// url: a tab inside
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", url: "ht\ttps://evil.com/" });
};
