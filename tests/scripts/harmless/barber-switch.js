// Barber shop: a form, step by step.
async function finish(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: "https://api.example.com/bookings",
    body: { service: state.service, day: state.day, phone: state.phone },
    timeoutMs: 4000,
  });
  if (answer.ok) {
    await ctx.sendMessage("Done: " + [state.service, state.day, state.phone].join(", "));
  } else {
    await ctx.sendMessage("Please try again later.");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const state = await ctx.getState();
  const step = state._ ? state._.step : undefined;
  if (text.toLowerCase().startsWith("/start")) {
    state._ = { step: "service" };
    await ctx.setState(state);
    await ctx.sendMessage({ text: "Which service?", keyboard: [["Haircut", "Beard", "Both"]] });
    return;
  }
  switch (step) {
    case "service":
      if (!["Haircut", "Beard", "Both"].includes(text)) {
        await ctx.sendMessage({ text: "Which service?", keyboard: [["Haircut", "Beard", "Both"]] });
        return;
      }
      state.service = text;
      state._ = { step: "day" };
      await ctx.setState(state);
      await ctx.sendMessage("Which day?");
      return;
    case "day":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.day = text;
      state._ = { step: "phone" };
      await ctx.setState(state);
      await ctx.sendMessage("Your phone number?");
      return;
    case "phone":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.phone = text;
      state._ = {};
      await ctx.setState(state);
      await finish(ctx, state);
      return;
    default:
      await ctx.sendMessage("Send /start.");
  }
};
