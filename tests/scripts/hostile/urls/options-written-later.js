// url: options written later
module.exports.handleUpdate = async function (ctx) {
  const options = { method: "GET" };
  options.url = "https://evil.com/";
  await ctx.http(options);
};
