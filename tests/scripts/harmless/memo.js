const memoize = (fn) => {
  const cache = new Map();
  return (key) => {
    if (!cache.has(key)) cache.set(key, fn(key));
    return cache.get(key);
  };
};

const fibonacci = (n) => {
  const table = { 0: 0n, 1: 1n };
  for (let i = 2; i <= n; i++) table[i] = table[i - 1] + table[i - 2];
  return table[n];
};

module.exports.handleUpdate = async (ctx) => {
  const fast = memoize((n) => fibonacci(n).toString());
  const n = Math.min(Math.max(parseInt(ctx.message.text, 10) || 0, 0), 300);
  await ctx.sendMessage(`${fast(n)} ${fast(n).length}`);
};
