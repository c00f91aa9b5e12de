// url: in a list
module.exports.handleUpdate = async function (ctx) {
  for (const url of ["https://api.example.com/", "https://evil.com/"]) await ctx.http({ method: "GET", url });
};
