const sleepless = (value) => Promise.resolve(value);

async function retry(fn, attempts = 2) {
  let last;
  for (let i = 0; i < attempts; i++) {
    try {
      return await fn(i);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

async function all(tasks) {
  const results = await Promise.all(tasks.map((task) => task()));
  return results.flat();
}

module.exports.handleUpdate = async (ctx) => {
  const [first, second] = await Promise.all([sleepless("a"), sleepless("b")]);
  const lists = await all([async () => [first, 1], async () => [second, 2], () => sleepless([3])]);
  const text = await retry(async (attempt) => {
    const response = await ctx.http({ method: "GET", url: "https://api.example.com/" });
    if (!response.ok && attempt === 0) throw new Error("again");
    return response.text;
  }).catch((error) => `failed: ${error.message}`);
  const settled = await Promise.allSettled([ctx.getState(), sleepless(1)]);
  const names = settled.filter((one) => one.status === "fulfilled").map((one) => typeof one.value);
  await ctx.sendMessage([...lists, text, ...names].join(" "));
};
