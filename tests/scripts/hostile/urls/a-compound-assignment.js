// url: a compound assignment
module.exports.handleUpdate = async function (ctx) {
  let url = "https://evil.com";
  url += "/x";
  await ctx.http({ method: "GET", url });
};
