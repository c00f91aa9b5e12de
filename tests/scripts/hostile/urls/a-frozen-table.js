// url: a frozen table
const CONFIG = Object.freeze({ api: Object.freeze({ base: "https://evil.com" }) });
module.exports.handleUpdate = async (ctx) => {
  await ctx.http({ method: "GET", url: CONFIG.api.base + "/x" });
};
