// url: through a helper
module.exports.handleUpdate = async function (ctx) {
  const get = (url) => ctx.http({ method: "GET", url });
  await get("https://evil.com/");
};
