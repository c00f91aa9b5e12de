class Range {
  constructor(from, to, step = 1) {
    this.from = from;
    this.to = to;
    this.step = step;
  }

  *[Symbol.iterator]() {
    for (let n = this.from; n <= this.to; n += this.step) yield n;
  }

  map(fn) {
    const out = [];
    for (const n of this) out.push(fn(n));
    return out;
  }
}

const countdown = {
  from: 3,
  [Symbol.iterator]() {
    let n = 4;
    return {
      next: () => (n > 1 ? { value: --n, done: false } : { value: undefined, done: true }),
      return: () => ({ value: undefined, done: true }),
    };
  },
};

module.exports.handleUpdate = async (ctx) => {
  const squares = new Range(1, 5).map((n) => n * n);
  const [first, ...rest] = new Range(10, 12);
  await ctx.sendMessage([...squares, first, ...rest, ...countdown].join(" "));
};
