// url: an address
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", url: "https://127.0.0.1/" });
};
