// url: a data url
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", url: "data:text/plain,x" });
};
