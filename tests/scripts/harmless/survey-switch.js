// Survey: a form, step by step.
async function finish(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: "https://api.example.com/answers",
    body: { age: state.age, city: state.city, rating: state.rating },
    timeoutMs: 4000,
  });
  if (answer.ok) {
    await ctx.sendMessage("Done: " + [state.age, state.city, state.rating].join(", "));
  } else {
    await ctx.sendMessage("Please try again later.");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const state = await ctx.getState();
  const step = state._ ? state._.step : undefined;
  if (text.toLowerCase().startsWith("/start")) {
    state._ = { step: "age" };
    await ctx.setState(state);
    await ctx.sendMessage("How old are you?");
    return;
  }
  switch (step) {
    case "age":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.age = text;
      state._ = { step: "city" };
      await ctx.setState(state);
      await ctx.sendMessage("Where do you live?");
      return;
    case "city":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.city = text;
      state._ = { step: "rating" };
      await ctx.setState(state);
      await ctx.sendMessage({ text: "Rate us.", keyboard: [["1", "2", "3", "4", "5"]] });
      return;
    case "rating":
      if (!["1", "2", "3", "4", "5"].includes(text)) {
        await ctx.sendMessage({ text: "Rate us.", keyboard: [["1", "2", "3", "4", "5"]] });
        return;
      }
      state.rating = text;
      state._ = {};
      await ctx.setState(state);
      await finish(ctx, state);
      return;
    default:
      await ctx.sendMessage("Send /start.");
  }
};
