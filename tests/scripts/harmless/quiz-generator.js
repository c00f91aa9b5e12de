function* questions() {
  yield { text: "2 + 2?", answer: "4" };
  yield { text: "Capital of France?", answer: "paris" };
  yield { text: "Largest planet?", answer: "jupiter" };
}

module.exports.handleUpdate = async (ctx) => {
  const state = await ctx.getState();
  const all = [...questions()];
  const at = state.at || 0;
  const text = (ctx.message.text || "").trim().toLowerCase();
  let score = state.score || 0;
  if (at > 0 && at <= all.length && text === all[at - 1].answer) score++;
  if (at >= all.length) {
    await ctx.setState({ at: 0, score: 0 });
    await ctx.sendMessage(`Done: ${score} of ${all.length}.`);
    return;
  }
  await ctx.setState({ ...state, at: at + 1, score });
  await ctx.sendMessage(all[at].text);
};
