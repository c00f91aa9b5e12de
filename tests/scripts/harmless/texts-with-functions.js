'use strict';
// texts with functions, chosen by locale; promises in a chain; a table of steps with hooks
const TEXTS = {
  en: { hi: (n) => `Hi ${n}`, list: (xs, f) => xs.map(f).join(', '), bye: 'Bye' },
  de: { hi: (n) => `Hallo ${n}`, list: (xs, f) => xs.map(f).join(', '), bye: 'Tschüs' },
};
const say = (ctx, key, ...args) => { const texts = TEXTS[ctx.locale] ?? TEXTS.en; switch (key) { case 'hi': return ctx.sendMessage(texts.hi(...args)); case 'list': return ctx.sendMessage(texts.list(...args)); default: return ctx.sendMessage(texts.bye); } };
const steps = [
  { id: 'a', enter: async (ctx) => say(ctx, 'hi', 'a'), handle: (state, text) => ({ ...state, a: text }) },
  { id: 'b', enter: async (ctx) => say(ctx, 'hi', 'b'), handle: (state, text) => ({ ...state, b: Number(text) }) },
];
const sleepless = (fn) => fn();
const tap = (fn) => (x) => { fn(x); return x; };
const parse = (text) => { try { return JSON.parse(text, (k, v) => (k === 'secret' ? undefined : v)); } catch { return null; } };
module.exports.handleUpdate = async (ctx) => {
  const state = await ctx.getState();
  const text = ctx.message.text;
  if (text == null) return;
  const at = steps.findIndex((s) => s.id === state.step);
  const step = steps.find((s) => s.id === state.step) || steps.at(0);
  const next = steps.at(at + 1) ?? null;
  let after = step.handle(state, text);
  after = Object.entries(after).reduce((acc, [k, v]) => (v === undefined ? acc : { ...acc, [k]: v }), {});
  const results = await steps.reduce((p, s) => p.then(async (acc) => [...acc, await sleepless(() => s.id)]), Promise.resolve([]));
  await say(ctx, 'list', results, (x) => `*${x}*`);
  await Promise.resolve(text).then(tap((t) => t.length)).then((t) => t.toUpperCase()).then((t) => ctx.sendMessage(t));
  const data = parse(text);
  const rows = Array.isArray(data?.rows) ? data.rows : [];
  const cell = rows[0]?.[1] ?? rows[rows.length - 1]?.[0];
  const total = rows.map(([, b]) => Number(b) || 0).reduce((a, b) => a + b, 0);
  if (next) await next.enter(ctx); else await ctx.sendMessage({ text: `${cell} ${total}`, keyboard: [Object.keys(TEXTS)] });
  await ctx.setState({ ...after, step: next ? next.id : steps[0].id });
};
