// url: apply calls it
module.exports.handleUpdate = async function (ctx) {
  await ctx.http.apply(ctx, [{ method: "GET", url: "https://evil.example/" }]);
};
