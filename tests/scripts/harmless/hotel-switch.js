// Hotel: a form, step by step.
async function finish(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: "https://api.example.com/reservations",
    body: { room: state.room, nights: state.nights, name: state.name },
    timeoutMs: 4000,
  });
  if (answer.ok) {
    await ctx.sendMessage("Done: " + [state.room, state.nights, state.name].join(", "));
  } else {
    await ctx.sendMessage("Please try again later.");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const state = await ctx.getState();
  const step = state._ ? state._.step : undefined;
  if (text.toLowerCase().startsWith("/start")) {
    state._ = { step: "room" };
    await ctx.setState(state);
    await ctx.sendMessage({ text: "Which room?", keyboard: [["Single", "Double", "Suite"]] });
    return;
  }
  switch (step) {
    case "room":
      if (!["Single", "Double", "Suite"].includes(text)) {
        await ctx.sendMessage({ text: "Which room?", keyboard: [["Single", "Double", "Suite"]] });
        return;
      }
      state.room = text;
      state._ = { step: "nights" };
      await ctx.setState(state);
      await ctx.sendMessage("How many nights?");
      return;
    case "nights":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.nights = text;
      state._ = { step: "name" };
      await ctx.setState(state);
      await ctx.sendMessage("Your name?");
      return;
    case "name":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.name = text;
      state._ = {};
      await ctx.setState(state);
      await finish(ctx, state);
      return;
    default:
      await ctx.sendMessage("Send /start.");
  }
};
