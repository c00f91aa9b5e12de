// Clinic: a form, step by step.
async function finish(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: "https://api.example.com/visits",
    body: { doctor: state.doctor, date: state.date, insurance: state.insurance },
    timeoutMs: 4000,
  });
  if (answer.ok) {
    await ctx.sendMessage("Done: " + [state.doctor, state.date, state.insurance].join(", "));
  } else {
    await ctx.sendMessage("Please try again later.");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const state = await ctx.getState();
  const step = state._ ? state._.step : undefined;
  if (text.toLowerCase().startsWith("/start")) {
    state._ = { step: "doctor" };
    await ctx.setState(state);
    await ctx.sendMessage({ text: "Which doctor?", keyboard: [["Therapist", "Dentist", "Surgeon"]] });
    return;
  }
  switch (step) {
    case "doctor":
      if (!["Therapist", "Dentist", "Surgeon"].includes(text)) {
        await ctx.sendMessage({ text: "Which doctor?", keyboard: [["Therapist", "Dentist", "Surgeon"]] });
        return;
      }
      state.doctor = text;
      state._ = { step: "date" };
      await ctx.setState(state);
      await ctx.sendMessage("Which date?");
      return;
    case "date":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.date = text;
      state._ = { step: "insurance" };
      await ctx.setState(state);
      await ctx.sendMessage("Your insurance number?");
      return;
    case "insurance":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.insurance = text;
      state._ = {};
      await ctx.setState(state);
      await finish(ctx, state);
      return;
    default:
      await ctx.sendMessage("Send /start.");
  }
};
