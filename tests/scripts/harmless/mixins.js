// mixins and base classes
const Named = (Base) => class extends Base { constructor(...args) { super(...args); this.name = "bot"; } hello() { return `I am ${this.name}`; } };
const Counted = (Base) => class extends Base { constructor(...args) { super(...args); this.count = 0; } add(n = 1) { this.count += n; return this; } };
class Root { constructor(ctx) { this.ctx = ctx; } find(key) { return this.table[key]; } filter(key) { return key; } replace(a, b) { return `${a}${b}`; } }
class Queue extends Array { peek() { return this[this.length - 1]; } static of(...items) { return super.of(...items); } }
class DefaultMap extends Map { constructor(make) { super(); this.make = make; } get(key) { if (!this.has(key)) this.set(key, this.make(key)); return super.get(key); } }
module.exports.handleUpdate = async (ctx) => {
  const state = await ctx.getState();
  class Bot extends Counted(Named(Root)) {
    constructor(ctx, table) { super(ctx); this.table = table; }
    async run(text) { const shown = this.replace(this.find(text), this.filter(this.table[text])); await this.ctx.sendMessage(`${this.hello()} ${this.add(2).count} ${shown}`); }
    get size() { return Object.keys(this.table).length; }
    set limit(n) { this._limit = n; }
  }
  const bot = new Bot(ctx, { a: "A", b: "B", [ctx.locale]: ctx.message.text });
  bot.limit = state[ctx.locale];
  await bot.run(ctx.message.text ?? "a");
  const queue = new Queue(); queue.push({ run: () => ctx.sendMessage("first") }, { run: () => ctx.sendMessage("second") });
  for (const job of queue) await job.run();
  const words = new DefaultMap(() => []); for (const w of (ctx.message.text ?? "").split(/\s+/)) words.get(w.length).push(w);
  const longest = [...words.entries()].sort(([a], [b]) => b - a)[0];
  await ctx.sendMessage(longest ? longest[1].join(", ") : `${bot.size}`);
};
