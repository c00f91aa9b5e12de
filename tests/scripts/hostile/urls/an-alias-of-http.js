// url: an alias of http
module.exports.handleUpdate = async function (ctx) {
  const { http: ask } = ctx;
  await ask({ method: "GET", url: "https://evil.com/" });
};
