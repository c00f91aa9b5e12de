class Storage {
  constructor(ctx) { this.ctx = ctx; this.cache = null; this.handle = this.handle.bind(this); }
  async get(key, fallback = null) { if (!this.cache) this.cache = await this.ctx.getState(); return this.cache[key] ?? fallback; }
  async set(key, value) { if (!this.cache) this.cache = await this.ctx.getState(); this.cache[key] = value; await this.ctx.setState(this.cache); }
  async update(key, fn) { const before = await this.get(key); const after = fn(before); await this.set(key, after); return after; }
  handle(e) { return e; }
}
class Base {
  constructor(ctx) { this.ctx = ctx; this.store = new Storage(ctx); this.routes = []; }
  on(pattern, handler) { this.routes.push({ pattern, handler }); return this; }
  find(text) { return this.routes.find((r) => (r.pattern instanceof RegExp ? r.pattern.test(text) : r.pattern === text)); }
  async dispatch(text) { const route = this.find(text); if (!route) return this.fallback(text); return route.handler.call(this, text); }
  async fallback(text) { await this.ctx.sendMessage(`? ${text}`); }
  t(key, vars = {}) {
    const table = TEXTS[this.ctx.locale] || TEXTS.en;
    return (table[key] || key).replace(/\{(\w+)\}/g, (_, name) => vars[name] ?? '');
  }
}
const TEXTS = { en: { hi: 'Hi {name}', n: (x) => `n ${x}` }, de: { hi: 'Hallo {name}', n: (x) => `n ${x}` } };
class Bot extends Base {
  constructor(ctx) {
    super(ctx);
    this.on('/start', this.start).on(/^\/set (\w+)/, this.setIt.bind(this)).on('/count', async () => { const n = await this.store.update('n', (x) => (x || 0) + 1); await this.say(TEXTS[ctx.locale].n(n)); });
  }
  say(text) { return this.ctx.sendMessage(text); }
  async start() { const user = await this.store.get('user', {}); await this.say(this.t('hi', { name: user.name })); }
  async setIt(text) { const [, field, ...rest] = text.split(' '); await this.store.set(field, rest.join(' ')); }
  find(text) { return super.find(text) ?? this.routes.filter(Boolean).map((r) => r).find((r) => r.pattern === text); }
}
module.exports.handleUpdate = async function handleUpdate(ctx) {
  const bot = new Bot(ctx);
  await bot.dispatch(ctx.message.text || '');
};
