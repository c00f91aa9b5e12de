// School: a form, step by step.
async function finish(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: "https://api.example.com/enrolments",
    body: { course: state.course, student: state.student, grade: state.grade },
    timeoutMs: 4000,
  });
  if (answer.ok) {
    await ctx.sendMessage("Done: " + [state.course, state.student, state.grade].join(", "));
  } else {
    await ctx.sendMessage("Please try again later.");
  }
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const state = await ctx.getState();
  const step = state._ ? state._.step : undefined;
  if (text.toLowerCase().startsWith("/start")) {
    state._ = { step: "course" };
    await ctx.setState(state);
    await ctx.sendMessage({ text: "Which course?", keyboard: [["English", "Maths", "Physics"]] });
    return;
  }
  switch (step) {
    case "course":
      if (!["English", "Maths", "Physics"].includes(text)) {
        await ctx.sendMessage({ text: "Which course?", keyboard: [["English", "Maths", "Physics"]] });
        return;
      }
      state.course = text;
      state._ = { step: "student" };
      await ctx.setState(state);
      await ctx.sendMessage("The name of the student?");
      return;
    case "student":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.student = text;
      state._ = { step: "grade" };
      await ctx.setState(state);
      await ctx.sendMessage("Which grade?");
      return;
    case "grade":
      if (text.length === 0 || text.length > 200) {
        await ctx.sendMessage("Please write something shorter.");
        return;
      }
      state.grade = text;
      state._ = {};
      await ctx.setState(state);
      await finish(ctx, state);
      return;
    default:
      await ctx.sendMessage("Send /start.");
  }
};
