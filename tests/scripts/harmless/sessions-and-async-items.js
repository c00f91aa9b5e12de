module.exports.handleUpdate = async function (ctx) {
  const sessions = new Map(); const api = { async get(path) { const res = await ctx.http({ method: "GET", url: "https://api.example.com/" + path }); if (!res.ok) return { items: [] }; return res.json; } };
  const data = await api.get("x"); data.items = data.items || []; data.meta = { a: 1 };
  const items = data.items.map((i) => Object.assign({}, i, { price: Number(i.price) })); items.forEach((i) => { i.tags = [i.name]; });
  const users = {}; users[ctx.chat.id] = users[ctx.chat.id] || { list: [] }; const me = users[ctx.chat.id]; me.list = [1]; me.info = { t: ctx.message.text };
  const state = (await ctx.getState()) || {}; const ses = state._ && state._.s ? state._.s : { step: 0 }; ses.data = ses.data || {}; ses.data[ctx.message.text] = [1]; state._ = { s: ses };
  let pending; const getState = async () => { if (!pending) pending = ctx.getState(); return pending; }; const s2 = await getState(); s2.k = [];
  const memo = {}; const load = async (k) => { if (!memo[k]) memo[k] = api.get(k); return memo[k]; }; const m = await load("a"); m.z = [];
  await ctx.setState(state);
  const results = []; for await (const x of (async function* () { yield { a: 1 }; })()) { x.b = []; results.push(x); }
  const total = await items.reduce(async (acc, i) => { const a = await acc; a.list = [...(a.list || []), i]; return a; }, Promise.resolve({}));
  total.end = {};
};
