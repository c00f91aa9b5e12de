// Club: a form, step by step.
async function finish(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: "https://api.example.com/players",
    body: { nick: state.nick, game: state.game, level: state.level },
    timeoutMs: 4000,
  });
  if (answer.ok) {
    await ctx.sendMessage("Done: " + [state.nick, state.game, state.level].join(", "));
  } else {
    await ctx.sendMessage("Please try again later.");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const state = await ctx.getState();
  const step = state._ ? state._.step : undefined;
  if (text.toLowerCase().startsWith("/start")) {
    state._ = { step: "nick" };
    await ctx.setState(state);
    await ctx.sendMessage("Your nickname?");
    return;
  }
  switch (step) {
    case "nick":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.nick = text;
      state._ = { step: "game" };
      await ctx.setState(state);
      await ctx.sendMessage({ text: "Which game?", keyboard: [["Chess", "Go"]] });
      return;
    case "game":
      if (!["Chess", "Go"].includes(text)) {
        await ctx.sendMessage({ text: "Which game?", keyboard: [["Chess", "Go"]] });
        return;
      }
      state.game = text;
      state._ = { step: "level" };
      await ctx.setState(state);
      await ctx.sendMessage({ text: "Your level?", keyboard: [["Low", "High"]] });
      return;
    case "level":
      if (!["Low", "High"].includes(text)) {
        await ctx.sendMessage({ text: "Your level?", keyboard: [["Low", "High"]] });
        return;
      }
      state.level = text;
      state._ = {};
      await ctx.setState(state);
      await finish(ctx, state);
      return;
    default:
      await ctx.sendMessage("Send /start.");
  }
};
