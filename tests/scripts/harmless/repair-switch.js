// Repair: a form, step by step.
async function finish(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: "https://api.example.com/repairs",
    body: { device: state.device, fault: state.fault, serial: state.serial },
    timeoutMs: 4000,
  });
  if (answer.ok) {
    await ctx.sendMessage("Done: " + [state.device, state.fault, state.serial].join(", "));
  } else {
    await ctx.sendMessage("Please try again later.");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const state = await ctx.getState();
  const step = state._ ? state._.step : undefined;
  if (text.toLowerCase().startsWith("/start")) {
    state._ = { step: "device" };
    await ctx.setState(state);
    await ctx.sendMessage({ text: "Which device?", keyboard: [["Phone", "Laptop"]] });
    return;
  }
  switch (step) {
    case "device":
      if (!["Phone", "Laptop"].includes(text)) {
        await ctx.sendMessage({ text: "Which device?", keyboard: [["Phone", "Laptop"]] });
        return;
      }
      state.device = text;
      state._ = { step: "fault" };
      await ctx.setState(state);
      await ctx.sendMessage("What is wrong?");
      return;
    case "fault":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.fault = text;
      state._ = { step: "serial" };
      await ctx.setState(state);
      await ctx.sendMessage("The serial number?");
      return;
    case "serial":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.serial = text;
      state._ = {};
      await ctx.setState(state);
      await finish(ctx, state);
      return;
    default:
      await ctx.sendMessage("Send /start.");
  }
};
