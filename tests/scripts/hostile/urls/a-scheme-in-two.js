// url: a scheme in two
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", url: "ht" + "tps://evil.com/" });
};
