// a state machine with reducers and effects
const initial = Object.freeze({ step: 'idle', items: [], attempts: 0 });
const reducers = new Map([
  ['add', (state, { item }) => ({ ...state, items: [...state.items, item] })],
  ['remove', (state, { index }) => ({ ...state, items: state.items.filter((_, i) => i !== index) })],
  ['reset', () => ({ ...initial })],
]);
const reduce = (state, action) => { const reducer = reducers.get(action.type); return reducer ? reducer(state, action) : state; };



module.exports.handleUpdate = async (ctx) => {
  let state = { ...initial, ...(await ctx.getState()) };
  const dispatch = (action) => { state = reduce(state, action); };
  const say = (...parts) => ctx.sendMessage(parts.filter(Boolean).join(' '));
  const commands = {
    add: async (arg) => { dispatch({ type: 'add', item: arg }); await say('added', arg); },
    list: async () => { await say(state.items.map((x, i) => `${i + 1}. ${x}`).join('\n') || 'empty'); },
    remove: async (arg) => { const index = parseInt(arg, 10) - 1; if (Number.isNaN(index) || !state.items[index]) return say('no'); dispatch({ type: 'remove', index }); },
  };
  const [cmd, ...rest] = (ctx.message.text ?? '').slice(1).split(' ');
  switch (cmd) { case 'add': await commands.add(rest.join(' ')); break; case 'list': await commands.list(); break; case 'remove': await commands.remove(rest[0]); break; default: await say('?'); }
  await ctx.setState(state);
};
