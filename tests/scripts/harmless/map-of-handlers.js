async function start(ctx) {
  await ctx.sendMessage("Hello!");
}

async function balance(ctx, args) {
  const response = await ctx.http({ method: "GET", url: `https://api.example.com/accounts/${encodeURIComponent(args[0] || "")}` });
  if (!response.ok || !response.json) {
    await ctx.sendMessage("Not found.");
    return;
  }
  const { balance, currency = "EUR" } = response.json;
  await ctx.sendMessage(`Balance: ${balance} ${currency}`);
}

const handlers = new Map([
  ["/start", start],
  ["/balance", balance],
  ["/help", async (ctx) => ctx.sendMessage([...handlers.keys()].join("\n"))],
]);

module.exports.handleUpdate = async (ctx) => {
  const [name = "", ...args] = (ctx.message.text || "").split(" ");
  const handler = handlers.get(name);
  if (!handler) {
    await ctx.sendMessage("Unknown command.");
    return;
  }
  await handler(ctx, args);
};
