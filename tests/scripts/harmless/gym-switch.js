// Gym: a form, step by step.
async function finish(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: "https://api.example.com/members",
    body: { plan: state.plan, start: state.start, email: state.email },
    timeoutMs: 4000,
  });
  if (answer.ok) {
    await ctx.sendMessage("Done: " + [state.plan, state.start, state.email].join(", "));
  } else {
    await ctx.sendMessage("Please try again later.");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const state = await ctx.getState();
  const step = state._ ? state._.step : undefined;
  if (text.toLowerCase().startsWith("/start")) {
    state._ = { step: "plan" };
    await ctx.setState(state);
    await ctx.sendMessage({ text: "Which plan?", keyboard: [["Month", "Year"]] });
    return;
  }
  switch (step) {
    case "plan":
      if (!["Month", "Year"].includes(text)) {
        await ctx.sendMessage({ text: "Which plan?", keyboard: [["Month", "Year"]] });
        return;
      }
      state.plan = text;
      state._ = { step: "start" };
      await ctx.setState(state);
      await ctx.sendMessage("From when?");
      return;
    case "start":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.start = text;
      state._ = { step: "email" };
      await ctx.setState(state);
      await ctx.sendMessage("Your e-mail?");
      return;
    case "email":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.email = text;
      state._ = {};
      await ctx.setState(state);
      await finish(ctx, state);
      return;
    default:
      await ctx.sendMessage("Send /start.");
  }
};
