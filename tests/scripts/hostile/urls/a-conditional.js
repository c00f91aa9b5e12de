// url: a conditional
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", url: ctx.message.text ? "https://evil.com/" : "https://api.example.com/" });
};
