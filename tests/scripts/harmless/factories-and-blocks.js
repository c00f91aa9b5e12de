class Emitter { constructor() { this.handlers = new Map(); } on(n, f) { this.handlers.set(n, f); return this; } async emit(n, x) { const f = this.handlers.get(n); if (f) return f(x); return null; } toString() { return "emitter"; } }
class Shape { static create(k) { return new this(k); } static get kind() { return this.label || "shape"; } constructor(k) { this.k = k; } get area() { return this.w * this.h; } }
class Square extends Shape { static label = "square"; get w() { return this.k; } get h() { return this.k; } }
module.exports.handleUpdate = async function (ctx) {
  const e = new Emitter().on("a", async (x) => { x.seen = []; return x; });
  const out = await e.emit("a", { n: 1 }); out.z = {};
  const cfg = {}; for (const k of Object.keys(ctx.update)) cfg[k] = ctx.update[k];
  const s = Square.create(2); const k = s.area + Square.kind + String(e) + e.toString() + (s instanceof Shape) + [1, 2].toString();
  const label = (ctx.message.text || "").replace(/(\d+)/g, (m, d) => cfg[d] || m).split(" ").map((w) => w.toUpperCase()).join(" ");
  const text = JSON.stringify(cfg, (key, value) => (typeof value === "number" ? String(value) : value), 2);
  if (ctx.message.text) { function fmt(x) { return x.trim(); } await ctx.sendMessage(fmt(label)); } else { function fmt(x) { return x + "!"; } await ctx.sendMessage(fmt(k)); }
  const proms = []; for (const t of [text, label]) proms.push(ctx.sendMessage(t)); await Promise.all(proms);
  const p = {}; p.then2 = 1;
  const queue = []; queue.push(() => ctx.sendMessage("x")); while (queue.length) await queue.shift()();
  const d = new Date(ctx.now); await ctx.sendMessage(d.toISOString().slice(0, 10) + d.toJSON() + d.toLocaleString().trim() + (5).toString().padStart(2, "0"));
};
