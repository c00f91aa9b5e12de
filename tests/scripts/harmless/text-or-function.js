const MESSAGES = {
  hello: (name) => `Hello, ${name}!`,
  bye: "Good bye.",
};

const render = (message, ...args) => (typeof message === "function" ? message(...args) : message);

async function say(ctx, message, keyboard) {
  const text = render(message, ctx.message.text || "you");
  await ctx.sendMessage(keyboard ? { text, keyboard } : text);
}

module.exports.handleUpdate = async (ctx) => {
  if (ctx.message.text === "/stop") await say(ctx, MESSAGES.bye);
  else await say(ctx, MESSAGES.hello, [["/stop"]]);
};
