// Settings from defaults and answers, copied and merged the usual ways.
const DEFAULTS = Object.freeze({ size: "M", count: 1 });

class Basket {
  constructor(items) {
    this.items = items;
  }

  describe() {
    return { lines: this.items.length, toString: () => this.items.join(", ") };
  }

  toString() {
    return this.items.map((item) => item.name).join(", ");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const state = await ctx.getState();
  const field = (ctx.message.text || "").trim().toLowerCase();
  const patch = Object.assign({}, DEFAULTS, state, { [field]: ctx.message.text });
  const basket = new Basket([{ name: "Tea", price: 2 }, { name: "Milk", price: 1 }]);
  const copy = { ...basket.describe(), owner: patch.name };
  for (let i = 0; i < basket.items.length; i += 1) {
    basket.items[i].label = `${basket.items[i].name}: ${patch[basket.items[i].name] || 0}`;
    basket.items[i].done = true;
  }
  const words = field.split(/[\s,]+/).filter(Boolean);
  const numbers = [...field.matchAll(/\d+/g)].map((found) => Number(found[0]));
  const total = numbers.reduce((sum, n) => sum + n, 0).toLocaleString("en-US");
  await ctx.sendMessage([String(basket), String(copy), basket.items.map((item) => item.label).join("; "), words.join(" "), total].join("\n"));
  await ctx.setState({ ...patch, [field]: words.length });
};
