const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

function put(target, key, value) {
  if (FORBIDDEN.has(key)) return false;
  target[key] = value;
  return true;
}

module.exports.handleUpdate = async (ctx) => {
  const state = await ctx.getState();
  const match = /^\/set (\w+) (.+)$/.exec(ctx.message.text || "");
  if (match) {
    const [, key, value] = match;
    const done = put(state, key, value);
    await ctx.setState(state);
    await ctx.sendMessage(done ? `${key} = ${value}` : "Not that key.");
    return;
  }
  const lines = Object.entries(state)
    .filter(([key]) => key !== "_" && Object.hasOwn(state, key))
    .map(([key, value]) => `${key}: ${typeof value === "object" ? JSON.stringify(value) : value}`);
  await ctx.sendMessage(lines.length ? lines.join("\n") : "Nothing yet.");
};
