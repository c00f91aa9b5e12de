"use strict";
/* middleware chain */
function createApp() {
  const middlewares = [];
  const app = {
    use(fn) { middlewares.push(fn); return app; },
    async run(ctx) {
      let index = -1;
      const dispatch = async (i) => {
        if (i <= index) throw new Error("next() called multiple times");
        index = i;
        const fn = middlewares.at(i);
        if (!fn) return;
        await fn(ctx, () => dispatch(i + 1));
      };
      await dispatch(0);
    },
  };
  return app;
}
const once = (fn) => { let done = false, value; return (...args) => { if (!done) { done = true; value = fn(...args); } return value; }; };
const debounceKey = (ctx) => `${ctx.chat.id}:${ctx.locale}`;
const memo = (fn) => { const cache = new Map(); return (key) => { if (!cache.has(key)) cache.set(key, fn(key)); return cache.get(key); }; };
class BotError extends Error { constructor(message, details = {}) { super(message); this.name = "BotError"; this.details = details; } static from(e) { return e instanceof BotError ? e : new BotError(String(e)); } }
module.exports.handleUpdate = async (ctx) => {
  const plural = memo((n) => (n === 1 ? "item" : "items"));
  const app = createApp();
  app.use(async (c, next) => { try { await next(); } catch (e) { const err = BotError.from(e); await c.sendMessage(`Error: ${err.message} ${err.details.code ?? ""}`); } });
  app.use(async (c, next) => { const s = await c.getState(); c.message.text && (await next()); await c.setState({ ...s, seen: c.now }); });
  app.use(async (c) => { const n = (c.message.text.match(/\d+/g) ?? []).map(Number).filter(Number.isFinite).reduce((a, b) => Math.max(a, b), 0); await c.sendMessage(`${n} ${plural(n)}`); });
  await app.run(ctx);
  const load = once(() => ctx.http({ method: "GET", url: "https://shop.example.org/v1/list" }));
  const [a, b] = await Promise.all([load(), load()]);
  if (a.status === 404) throw new BotError("none", { code: b.status });
};
