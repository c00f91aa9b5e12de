// Flowers: a form, step by step.
async function finish(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: "https://api.example.com/deliveries",
    body: { bouquet: state.bouquet, address: state.address, card: state.card },
    timeoutMs: 4000,
  });
  if (answer.ok) {
    await ctx.sendMessage("Done: " + [state.bouquet, state.address, state.card].join(", "));
  } else {
    await ctx.sendMessage("Please try again later.");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const state = await ctx.getState();
  const step = state._ ? state._.step : undefined;
  if (text.toLowerCase().startsWith("/start")) {
    state._ = { step: "bouquet" };
    await ctx.setState(state);
    await ctx.sendMessage({ text: "Which bouquet?", keyboard: [["Roses", "Tulips", "Mixed"]] });
    return;
  }
  switch (step) {
    case "bouquet":
      if (!["Roses", "Tulips", "Mixed"].includes(text)) {
        await ctx.sendMessage({ text: "Which bouquet?", keyboard: [["Roses", "Tulips", "Mixed"]] });
        return;
      }
      state.bouquet = text;
      state._ = { step: "address" };
      await ctx.setState(state);
      await ctx.sendMessage("Where to?");
      return;
    case "address":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.address = text;
      state._ = { step: "card" };
      await ctx.setState(state);
      await ctx.sendMessage("What shall the card say?");
      return;
    case "card":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.card = text;
      state._ = {};
      await ctx.setState(state);
      await finish(ctx, state);
      return;
    default:
      await ctx.sendMessage("Send /start.");
  }
};
