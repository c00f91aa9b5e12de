module.exports.handleUpdate = async function (ctx) {
  const [state, res] = await Promise.all([ctx.getState(), ctx.http({ method: "GET", url: "https://api.example.com/" })]);
  state.count = (state.count || 0) + 1; state.items = [...(state.items || []), { name: ctx.message.text }];
  state.last = { ok: res.ok };
  const rows = await Promise.all(state.items.map(async (item) => { const copy = { ...item }; return copy; }));
  rows.forEach((row) => { row.tags = []; row.seen = { at: ctx.now }; });
  for (const row of rows) row.extra = { a: 1 };
  const list = Array.from(rows, (r) => ({ ...r })); list[0].z = [];
  await ctx.setState(state);
};
