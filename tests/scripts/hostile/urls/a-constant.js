// url: a constant
module.exports.handleUpdate = async function (ctx) {
  const base = "https://evil.com";
  await ctx.http({ method: "GET", url: base + "/x" });
};
