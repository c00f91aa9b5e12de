module.exports.handleUpdate = async (ctx) => {
  const state = await ctx.getState();
  const users = state.users || {};
  const id = String(ctx.chat.id);
  const user = users[id] || { visits: 0, name: null };
  users[id] = { ...user, visits: user.visits + 1, last: ctx.now };
  state.users = users;
  await ctx.setState(state);
  const list = Object.values(users).sort((a, b) => b.visits - a.visits);
  await ctx.sendMessage(list.map((u) => `${u.name ?? "somebody"}: ${u.visits}`).join("\n"));
};
