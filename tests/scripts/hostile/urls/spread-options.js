// url: spread options
module.exports.handleUpdate = async function (ctx) {
  const base = { url: "https://evil.com/" };
  await ctx.http({ method: "GET", ...base });
};
