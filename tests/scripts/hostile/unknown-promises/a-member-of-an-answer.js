// unknown-call: the answer keeps what is written on it
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const r = await ctx.http({ method: "GET", url: "https://api.example.com/" });
  r.f = unknown;
  let b = {};
  b = r;
  b.f("return 1");
};
