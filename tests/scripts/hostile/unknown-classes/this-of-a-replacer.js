// unknown-call: the holder is its receiver
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class R { rep(k, v) { if (this.f) this.f("return 1"); return v; } }
  JSON.stringify({ f: unknown }, new R().rep);
};
