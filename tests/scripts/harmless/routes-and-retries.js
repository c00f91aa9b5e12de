'use strict';
const HANDLERS = { '/start': onStart, '/help': onHelp };
const ROUTES = [[/^\/start\b/, onStart], [/^\/help\b/, onHelp], [/^(\d+)$/, async (ctx, state, m) => ctx.sendMessage(`n ${m[1]}`)]];
async function onStart(ctx, state, match) { await ctx.sendMessage('hi'); return { ...state, step: 'x' }; }
async function onHelp(ctx, state, match) { await ctx.sendMessage('help'); return state; }
const withRetry = async (fn, n = 2) => { let last; for (let i = 0; i < n; i++) { try { return await fn(i); } catch (e) { last = e; } } throw last; };
const compose = (...fns) => (x) => fns.reduce((v, f) => f(v), x);
const pipe = (text) => compose((s) => s.trim(), (s) => s.toLowerCase())(text);
module.exports.handleUpdate = async (ctx) => {
  const text = pipe(ctx.message.text ?? '');
  let state = await ctx.getState();
  for (const [name, handler] of Object.entries(HANDLERS)) {
    if (text === name) state = await handler(ctx, state);
  }
  const byMap = new Map(Object.entries(HANDLERS)).get(text);
  if (byMap) await byMap(ctx, state);
  for (const [pattern, handler] of ROUTES) {
    const m = pattern.exec(text);
    if (m) { state = await handler(ctx, state, m); break; }
  }
  const route = ROUTES.map(([re, fn]) => ({ m: re.exec(text), fn })).find((r) => r.m);
  if (route) await route.fn(ctx, state, route.m);
  const [, found] = ROUTES.find(([re]) => re.test(text)) ?? [];
  if (found) await found(ctx, state, null);
  await found?.(ctx, state, []);
  const res = await withRetry(() => ctx.http({ method: 'GET', url: `https://api.example.com/x/${encodeURIComponent(text)}` }));
  if (res.ok) { await ctx.setState({ ...state, data: res.json, [text]: res.json.items[0] }); }
};
