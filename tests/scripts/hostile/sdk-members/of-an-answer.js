// sdk-member: of an answer
module.exports.handleUpdate = async function (ctx) {
  const r = await ctx.http({ method: "GET", url: "https://api.example.com/" });
  r.body;
};
