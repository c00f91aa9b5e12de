const middlewares = [];

function use(fn) {
  middlewares.push(fn);
}

async function logState(ctx, next) {
  const state = await ctx.getState();
  state.updates = (state.updates || 0) + 1;
  await ctx.setState(state);
  return next();
}

async function onlyText(ctx, next) {
  if (!ctx.message.text) return undefined;
  return next();
}

async function reply(ctx) {
  await ctx.sendMessage(`You said: ${ctx.message.text}`);
}

function run(ctx, list, index = 0) {
  const current = list[0];
  if (!current) return Promise.resolve();
  return current(ctx, () => run(ctx, list.slice(1), index + 1));
}

module.exports.handleUpdate = async (ctx) => {
  if (middlewares.length === 0) {
    use(logState);
    use(onlyText);
    use(reply);
  }
  await run(ctx, middlewares);
};
