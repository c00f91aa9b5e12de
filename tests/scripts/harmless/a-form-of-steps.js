const FLOW = {
  name: { ask: 'Name?', validate: (v) => v.length > 1, next: 'age' },
  age: { ask: 'Age?', validate: (v) => /^\d+$/.test(v), parse: Number, next: 'confirm' },
  confirm: { ask: 'OK?', validate: (v) => ['yes', 'no'].includes(v), next: null },
};
const allSteps = () => Object.entries(FLOW).map(([id, step]) => ({ id, ...step }));
const byId = (id) => allSteps().find((s) => s.id === id);
function* walk(tree) { for (const node of tree.children ?? []) { yield node; yield* walk(node); } }
module.exports.handleUpdate = async (ctx) => {
  const { text } = ctx.message; const { sendMessage, getState, setState } = ctx;
  if (!text) return;
  const state = await getState();
  const step = byId(state.step) ?? allSteps()[0];
  if (!step.validate(text)) { await sendMessage(step.ask); return; }
  const value = step.parse ? step.parse(text) : text;
  const cart = state.cart || {};
  cart[text] = (cart[text] || 0) + 1; delete cart.old; if (cart[text] > 9) delete cart[text];
  const total = Object.values(cart).reduce((s, n) => s + n, 0);
  const lines = Object.entries(cart).filter(([, n]) => n > 0).sort(([a], [b]) => a.localeCompare(b)).map(([k, n]) => `${k} x ${n}`);
  const groups = lines.reduce((acc, line) => { const k = line[0]; (acc[k] = acc[k] || []).push(line); return acc; }, {});
  const copy = JSON.parse(JSON.stringify(state));
  const names = [...walk(copy)].map((n) => n.name);
  const users = await Promise.all((state.users ?? []).map(async (u) => { const r = await ctx.http({ method: 'GET', url: 'https://api.example.com/u/' + u.id }); return r.json?.name ?? u.id; }));
  const sorted = users.slice().sort((a, b) => (a > b ? 1 : a < b ? -1 : 0));
  await sendMessage({ text: [...lines, ...names, ...sorted, total].join('\n'), keyboard: Object.keys(groups).map((k) => [k]) });
  await ctx.http({ method: 'GET', url: 'https://api.example.com/z' }).then((r) => r.json).then((j) => setState({ ...state, [step.id]: value, step: step.next, j })).catch(() => null).finally(() => {});
};
