const OPTIONS = ["Tea", "Coffee", "Water"];

module.exports.handleUpdate = async (ctx) => {
  const state = await ctx.getState();
  const votes = Object.fromEntries(OPTIONS.map((option) => [option, { count: 0, by: [] }]));
  Object.assign(votes, state.votes);
  const choice = OPTIONS.find((option) => option.toLowerCase() === (ctx.message.text || "").toLowerCase());
  if (choice) {
    votes[choice].count += 1;
    votes[choice].by.push(ctx.chat.id);
    state.votes = votes;
    await ctx.setState(state);
  }
  const bars = OPTIONS.map((option) => `${option.padEnd(8)} ${"#".repeat(votes[option].count)}`);
  await ctx.sendMessage({ text: bars.join("\n"), keyboard: [OPTIONS] });
};
