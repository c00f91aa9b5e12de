// url: the allowed host as a user
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", url: "https://api.example.com@evil.com/" });
};
