// State: replaced, kept, filled with defaults, ordered, copied.
var calls = 0;

module.exports.handleUpdate = async (ctx) => {
  calls += 1;
  const state = await ctx.getState();
  const [verb, ...rest] = (ctx.message.text ?? '').split(/\s+/u);
  const known = {
    async add() {
      await ctx.setState({ ...state, cart: { ...state.cart, [rest[0]]: Number(rest[1] ?? 1) } });
    },
    async show() {
      const lines = Object.entries(state.cart).map(([name, count]) => `${name}: ${count}`);
      await ctx.sendMessage(lines.join('\n') || 'empty');
    },
    async drop() {
      const { [rest[0]]: gone, ...left } = state.cart;
      await ctx.setState({ cart: left, dropped: gone ?? null, nothing: undefined });
    },
    async odd() {
      state.count = 99;
      await ctx.setState({ list: [1, , undefined, null, -0, 1e21, 0.1 + 0.2, 2 ** 53], at: new Date(ctx.now), deep: { z: 1, a: { '': [] } }, 10: 'ten', 9: 'nine' });
    },
    async reset() {
      await ctx.setState({});
    },
  };
  if (Object.hasOwn(known, verb)) await known[verb]();
  const after = await ctx.getState();
  await ctx.sendMessage(`${calls} ${ctx.chat.id} ${after.count} ${JSON.stringify(after)}`);
};
