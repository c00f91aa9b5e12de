module.exports.handleUpdate = async function (ctx) {
  let result = null;
  try { result = await ctx.http({ method: "GET", url: "https://api.example.com/" }); } catch (error) { result = { ok: false, json: null }; result.error = error; }
  const retry = async (fn, n) => { let last; for (let i = 0; i < n; i++) { last = await fn(); last = { ...last }; last.attempt = [i]; if (last.ok) return last; } return last; };
  const r = await retry(() => ctx.http({ method: "GET", url: "https://api.example.com/" }), 2);
  r.note = { done: true };
  const state = await ctx.getState().then((s) => { s.x = {}; return s; });
  state.y = {};
  const gen = (function* () { yield { a: 1 }; })(); const step = gen.next(); if (!step.done) step.value.b = [];
  const all = await Promise.allSettled([ctx.sendMessage("a"), retry(async () => ({ ok: true }), 1)]);
  all.forEach((o) => { o.kind = { s: o.status }; });
  const chain = Promise.resolve({ a: 1 }).then((v) => { v.b = {}; return v; }).catch(() => ({})).finally(() => {});
  const v = await chain; v.c = {};
  const o = Object.assign({}, { run: () => 1 }); o.extra = {}; o.run();
  const d = Object.freeze(Object.assign({}, { f: (x) => x }, { g: 1 })); d.f(1);
};
