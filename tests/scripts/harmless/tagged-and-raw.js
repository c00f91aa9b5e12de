const row = (strings, ...values) => strings.map((text, i) => text + (values[i] ?? "")).join("");

module.exports.handleUpdate = async (ctx) => {
  const path = String.raw`C:\temp`;
  const nested = `a${`b${ctx.locale}`}c`;
  await ctx.sendMessage(row`${path} ${nested} ${1 + 1}`);
};
