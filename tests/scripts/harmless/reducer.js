const initial = Object.freeze({ count: 0, history: [] });

function reducer(state = initial, action) {
  switch (action.type) {
    case "increment":
      return { ...state, count: state.count + (action.by || 1), history: [...state.history, action.type] };
    case "decrement":
      return { ...state, count: state.count - 1, history: [...state.history, action.type] };
    case "reset":
      return initial;
    default:
      return state;
  }
}

const parse = (text) => {
  const [word, amount] = text.split(" ");
  if (word === "+") return { type: "increment", by: Number(amount) || 1 };
  if (word === "-") return { type: "decrement" };
  return { type: word };
};

const createStore = (reduce, start) => {
  let current = start;
  const listeners = [];
  return {
    getState: () => current,
    dispatch(action) {
      current = reduce(current, action);
      listeners.forEach((listener) => listener(current));
      return action;
    },
    subscribe: (listener) => {
      listeners.push(listener);
      return () => listeners.splice(listeners.indexOf(listener), 1);
    },
  };
};

module.exports.handleUpdate = async (ctx) => {
  const saved = await ctx.getState();
  const store = createStore(reducer, saved.counter || initial);
  const seen = [];
  const stop = store.subscribe((state) => seen.push(state.count));
  store.dispatch(parse(ctx.message.text || ""));
  stop();
  await ctx.setState({ ...saved, counter: store.getState() });
  await ctx.sendMessage(`Count: ${store.getState().count} (${seen.join(", ")})`);
};
