/**
 * Flowers.
 * Handlers are kept in a Map, which may be asked by any key.
 */
const QUESTIONS = new Map([
  ["bouquet", { text: "Which bouquet?", keyboard: [["Roses", "Tulips", "Mixed"]] }],
  ["address", { text: "Where to?", keyboard: undefined }],
  ["card", { text: "What shall the card say?", keyboard: undefined }],
]);
const ORDER = ["bouquet", "address", "card"];

const validators = {
  bouquet: (value) => ORDER.length > 0 && ["Roses", "Tulips", "Mixed"].includes(value),
  address: (value) => value.length > 1,
  card: (value) => value.length > 1,
};

const checks = new Map([["bouquet", validators.bouquet], ["address", validators.address], ["card", validators.card]]);

async function send(ctx, message) {
  if (message.keyboard) await ctx.sendMessage({ text: message.text, keyboard: message.keyboard });
  else await ctx.sendMessage(message.text);
}

const actions = new Map([
  ["/start", async (ctx, state) => {
    state._ = { pending: ORDER[0] };
    await ctx.setState(state);
    await send(ctx, QUESTIONS.get(ORDER[0]));
  }],
  ["/status", async (ctx, state) => {
    const lines = ORDER.map((key) => `${key}: ${state[key] === undefined ? "-" : state[key]}`);
    await ctx.sendMessage(lines.join("\n"));
  }],
  ["/cancel", async (ctx) => {
    await ctx.setState({ _: {} });
    await ctx.sendMessage("Cancelled.");
  }],
]);

module.exports.handleUpdate = async (ctx) => {
  const text = String(ctx.message.text ?? "");
  const state = await ctx.getState();
  const action = actions.get(text.split("@")[0].toLowerCase());
  if (action) {
    await action(ctx, state);
    return;
  }
  const pending = state._?.pending;
  const check = checks.get(pending);
  if (!check) {
    await ctx.sendMessage([...actions.keys()].join(" "));
    return;
  }
  if (!check(text)) {
    await send(ctx, QUESTIONS.get(pending));
    return;
  }
  const answered = { ...state, [pending]: text };
  const next = ORDER[ORDER.indexOf(pending) + 1];
  if (next) {
    await ctx.setState({ ...answered, _: { pending: next } });
    await send(ctx, QUESTIONS.get(next));
    return;
  }
  await ctx.setState({ ...answered, _: {} });
  const response = await ctx.http({ method: "POST", url: "https://shop.example.org/deliveries", body: JSON.stringify(answered), headers: { "content-type": "application/json" } });
  await ctx.sendMessage(response.ok ? "Accepted." : "Not accepted.");
};
