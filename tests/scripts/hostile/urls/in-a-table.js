// url: in a table
module.exports.handleUpdate = async function (ctx) {
  const urls = { a: "https://evil.com/" };
  await ctx.http({ method: "GET", url: urls.a });
};
