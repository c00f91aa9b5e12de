// url: call calls it
module.exports.handleUpdate = async function (ctx) {
  await ctx.http.call(ctx, { method: "GET", url: "https://evil.example/" });
};
