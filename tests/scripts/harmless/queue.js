class Queue {
  #items = [];
  push(...items) { this.#items.push(...items); return this; }
  shift() { return this.#items.shift(); }
  get size() { return this.#items.length; }
  [Symbol.iterator]() { return this.#items[Symbol.iterator](); }
  static from(items) { return new Queue().push(...items); }
}

module.exports.handleUpdate = async (ctx) => {
  const queue = Queue.from(["a", "b", ctx.message.text]);
  const jobs = Queue.from([() => ctx.sendMessage("first"), () => ctx.sendMessage("second")]);
  while (jobs.size > 0) {
    const job = jobs.shift();
    await job();
  }
  await ctx.sendMessage([...queue].join(","));
};
