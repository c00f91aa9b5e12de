// Library: a form, step by step.
async function finish(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: "https://api.example.com/holds",
    body: { title: state.title, branch: state.branch, card: state.card },
    timeoutMs: 4000,
  });
  if (answer.ok) {
    await ctx.sendMessage("Done: " + [state.title, state.branch, state.card].join(", "));
  } else {
    await ctx.sendMessage("Please try again later.");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const state = await ctx.getState();
  const step = state._ ? state._.step : undefined;
  if (text.toLowerCase().startsWith("/start")) {
    state._ = { step: "title" };
    await ctx.setState(state);
    await ctx.sendMessage("Which book?");
    return;
  }
  switch (step) {
    case "title":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.title = text;
      state._ = { step: "branch" };
      await ctx.setState(state);
      await ctx.sendMessage({ text: "Which branch?", keyboard: [["North", "South"]] });
      return;
    case "branch":
      if (!["North", "South"].includes(text)) {
        await ctx.sendMessage({ text: "Which branch?", keyboard: [["North", "South"]] });
        return;
      }
      state.branch = text;
      state._ = { step: "card" };
      await ctx.setState(state);
      await ctx.sendMessage("Your card number?");
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
