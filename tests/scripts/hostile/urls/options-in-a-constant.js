// url: options in a constant
module.exports.handleUpdate = async function (ctx) {
  const options = { method: "GET", url: "https://evil.com/" };
  await ctx.http(options);
};
