// url: credentials
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", url: "https://user:pw@api.example.com/" });
};
