// url: no slashes
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", url: "https:evil.com" });
};
