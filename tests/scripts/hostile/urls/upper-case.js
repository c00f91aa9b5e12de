// url: upper case
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", url: "HTTPS://EVIL.COM/" });
};
