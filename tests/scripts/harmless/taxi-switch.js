// Taxi: a form, step by step.
async function finish(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: "https://api.example.com/rides",
    body: { from: state.from, to: state.to, class: state.class },
    timeoutMs: 4000,
  });
  if (answer.ok) {
    await ctx.sendMessage("Done: " + [state.from, state.to, state.class].join(", "));
  } else {
    await ctx.sendMessage("Please try again later.");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const state = await ctx.getState();
  const step = state._ ? state._.step : undefined;
  if (text.toLowerCase().startsWith("/start")) {
    state._ = { step: "from" };
    await ctx.setState(state);
    await ctx.sendMessage("Where from?");
    return;
  }
  switch (step) {
    case "from":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.from = text;
      state._ = { step: "to" };
      await ctx.setState(state);
      await ctx.sendMessage("Where to?");
      return;
    case "to":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.to = text;
      state._ = { step: "class" };
      await ctx.setState(state);
      await ctx.sendMessage({ text: "Which class?", keyboard: [["Economy", "Comfort", "Business"]] });
      return;
    case "class":
      if (!["Economy", "Comfort", "Business"].includes(text)) {
        await ctx.sendMessage({ text: "Which class?", keyboard: [["Economy", "Comfort", "Business"]] });
        return;
      }
      state.class = text;
      state._ = {};
      await ctx.setState(state);
      await finish(ctx, state);
      return;
    default:
      await ctx.sendMessage("Send /start.");
  }
};
