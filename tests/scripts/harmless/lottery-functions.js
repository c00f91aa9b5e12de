// Club, without semicolons

async function askNick(ctx, state) {
  state._ = { pending: "nick" }
  await ctx.setState(state)
  await ctx.sendMessage("Your nickname?")
}

function validNick(text) {
  return /^.{2,80}$/.test(text)
}

async function askGame(ctx, state) {
  state._ = { pending: "game" }
  await ctx.setState(state)
  await ctx.sendMessage({ text: "Which game?", keyboard: [["Chess"], ["Go"]] })
}

function validGame(text) {
  return ["Chess", "Go"].indexOf(text) !== -1
}

async function askLevel(ctx, state) {
  state._ = { pending: "level" }
  await ctx.setState(state)
  await ctx.sendMessage({ text: "Your level?", keyboard: [["Low"], ["High"]] })
}

function validLevel(text) {
  return ["Low", "High"].indexOf(text) !== -1
}

async function submit(ctx, state) {
  const { nick: a0, game: a1, level: a2 } = state
  const query = [['nick', a0], ['game', a1], ['level', a2]]
    .map(([k, v]) => k + '=' + encodeURIComponent(v))
    .join('&')
  const result = await ctx.http({ method: 'GET', url: 'https://api.example.com/players?' + query, retries: 1, backoffMs: 300 })
  state._ = {}
  await ctx.setState(state)
  if (result.ok && result.json && result.json.id) await ctx.sendMessage('Number ' + result.json.id)
  else await ctx.sendMessage('Sorry.')
  await ctx.goto('menu')
}

async function dispatch(ctx) {
  const text = (ctx.message.text || '').trim()
  const state = (await ctx.getState()) || {}
  if (text === '/start') return askNick(ctx, state)
  const pending = state._ && state._.pending

  if (pending === "nick") {
    if (!validNick(text)) return askNick(ctx, state)
    state.nick = text
    return askGame(ctx, state)
  }

  if (pending === "game") {
    if (!validGame(text)) return askGame(ctx, state)
    state.game = text
    return askLevel(ctx, state)
  }

  if (pending === "level") {
    if (!validLevel(text)) return askLevel(ctx, state)
    state.level = text
    return submit(ctx, state)
  }

  return ctx.sendMessage('Unknown command')
}

module.exports.handleUpdate = async ctx => {
  try {
    await dispatch(ctx)
  } catch (e) {
    await ctx.sendMessage('Error: ' + (e && e.message))
  }
}
