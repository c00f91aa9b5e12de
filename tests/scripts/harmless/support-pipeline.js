const pipe = (...steps) => (input) => steps.reduce((promise, step) => promise.then(step), Promise.resolve(input));
const when = (test, yes, no = (x) => x) => (x) => (test(x) ? yes(x) : no(x));
const tap = (fn) => async (x) => {
  await fn(x);
  return x;
};

const questions = ["What is it about?", "Describe it.", "How do we reach you?"];
const keys = ["topic", "text", "contact"];

const load = async (ctx) => ({ ctx, state: await ctx.getState(), text: (ctx.message.text || "").trim() });
const isStart = ({ text }) => text.startsWith("/start");
const reset = (x) => ({ ...x, state: { _: { at: 0 } }, reply: questions[0] });
const advance = (x) => {
  const at = (x.state._ && x.state._.at) || 0;
  const state = { ...x.state, [keys[at]]: x.text, _: { at: at + 1 } };
  return { ...x, state, reply: questions[at + 1] || null, done: at + 1 >= keys.length };
};
const save = (x) => tap(({ ctx, state }) => ctx.setState(state))(x);
const submit = (y) => when(
  (x) => x.done === true,
  async (x) => {
    const { ok, status } = await x.ctx.http({ method: "PUT", url: "https://api.example.com/tickets", body: x.state });
    return { ...x, reply: ok ? "Stored." : `Failed with ${status}.` };
  },
)(y);
const send = (x) => tap(({ ctx, reply }) => ctx.sendMessage(reply || "?"))(x);

module.exports.handleUpdate = async (ctx) => {
  const run = pipe(load, when(isStart, reset, advance), save, submit, send);
  await run(ctx);
};
