// url: websocket
module.exports.handleUpdate = async function (ctx) {
  await ctx.http({ method: "GET", url: "wss://api.example.com/" });
};
