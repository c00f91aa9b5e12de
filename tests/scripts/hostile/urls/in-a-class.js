// url: in a class
module.exports.handleUpdate = async function (ctx) {
  class Api { base = "https://evil.com"; get(path) { return ctx.http({ method: "GET", url: this.base + path }); } }
  await new Api().get("/x");
};
