// url: through two helpers
module.exports.handleUpdate = async function (ctx) {
  const get = (url) => ctx.http({ method: "GET", url });
  const load = (path) => get(path + "?x");
  await load("https://evil.com/a");
};
