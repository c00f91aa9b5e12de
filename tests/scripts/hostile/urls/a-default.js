// url: a default
module.exports.handleUpdate = async function (ctx) {
  const get = (url = "https://evil.com/") => ctx.http({ method: "GET", url });
  await get();
};
