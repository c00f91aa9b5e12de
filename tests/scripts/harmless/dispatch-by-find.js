const routes = [
  { pattern: /^\/add (\d+) (\d+)$/, run: (ctx, [, a, b]) => ctx.sendMessage(String(Number(a) + Number(b))) },
  { pattern: /^\/upper (.+)$/, run: (ctx, [, text]) => ctx.sendMessage(text.toUpperCase()) },
  { pattern: /^\/now$/, run: (ctx) => ctx.sendMessage(new Date(ctx.now).toISOString()) },
];

module.exports.handleUpdate = async (ctx) => {
  for (const route of routes) {
    const match = route.pattern.exec(ctx.message.text || "");
    if (match) {
      await route.run(ctx, match);
      return;
    }
  }
  const usage = routes.map(({ pattern }) => pattern.source).join("\n");
  await ctx.sendMessage(usage);
};
