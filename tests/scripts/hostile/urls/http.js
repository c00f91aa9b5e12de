// url: http
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", url: "http://api.example.com/" });
};
