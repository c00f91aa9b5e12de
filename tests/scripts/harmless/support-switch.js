// Support: a form, step by step.
async function finish(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: "https://api.example.com/tickets",
    body: { topic: state.topic, text: state.text, contact: state.contact },
    timeoutMs: 4000,
  });
  if (answer.ok) {
    await ctx.sendMessage("Done: " + [state.topic, state.text, state.contact].join(", "));
  } else {
    await ctx.sendMessage("Please try again later.");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const state = await ctx.getState();
  const step = state._ ? state._.step : undefined;
  if (text.toLowerCase().startsWith("/start")) {
    state._ = { step: "topic" };
    await ctx.setState(state);
    await ctx.sendMessage({ text: "What is it about?", keyboard: [["Bill", "Delivery", "Other"]] });
    return;
  }
  switch (step) {
    case "topic":
      if (!["Bill", "Delivery", "Other"].includes(text)) {
        await ctx.sendMessage({ text: "What is it about?", keyboard: [["Bill", "Delivery", "Other"]] });
        return;
      }
      state.topic = text;
      state._ = { step: "text" };
      await ctx.setState(state);
      await ctx.sendMessage("Describe it.");
      return;
    case "text":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.text = text;
      state._ = { step: "contact" };
      await ctx.setState(state);
      await ctx.sendMessage("How do we reach you?");
      return;
    case "contact":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.contact = text;
      state._ = {};
      await ctx.setState(state);
      await finish(ctx, state);
      return;
    default:
      await ctx.sendMessage("Send /start.");
  }
};
