function clone(value) {
  if (Array.isArray(value)) return value.map(clone);
  if (value && typeof value === "object") {
    const out = {};
    for (const key of Object.keys(value)) out[key] = clone(value[key]);
    return out;
  }
  return value;
}

function equal(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => equal(a[key], b[key]));
}

function pick(object, ...keys) {
  return keys.reduce((all, key) => (key in object ? { ...all, [key]: object[key] } : all), {});
}

module.exports.handleUpdate = async (ctx) => {
  const before = await ctx.getState();
  const after = clone(before);
  after.text = ctx.message.text;
  if (!equal(before, after)) await ctx.setState(after);
  await ctx.sendMessage(JSON.stringify(pick(after, "text", "name"), null, 2));
};
