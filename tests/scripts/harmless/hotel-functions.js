// Hotel, without semicolons

async function askRoom(ctx, state) {
  state._ = { pending: "room" }
  await ctx.setState(state)
  await ctx.sendMessage({ text: "Which room?", keyboard: [["Single"], ["Double"], ["Suite"]] })
}

function validRoom(text) {
  return ["Single", "Double", "Suite"].indexOf(text) !== -1
}

async function askNights(ctx, state) {
  state._ = { pending: "nights" }
  await ctx.setState(state)
  await ctx.sendMessage("How many nights?")
}

function validNights(text) {
  return /^.{2,80}$/.test(text)
}

async function askName(ctx, state) {
  state._ = { pending: "name" }
  await ctx.setState(state)
  await ctx.sendMessage("Your name?")
}

function validName(text) {
  return /^.{2,80}$/.test(text)
}

async function submit(ctx, state) {
  const { room: a0, nights: a1, name: a2 } = state
  const query = [['room', a0], ['nights', a1], ['name', a2]]
    .map(([k, v]) => k + '=' + encodeURIComponent(v))
    .join('&')
  const result = await ctx.http({ method: 'GET', url: 'https://api.example.com/reservations?' + query, retries: 1, backoffMs: 300 })
  state._ = {}
  await ctx.setState(state)
  if (result.ok && result.json && result.json.id) await ctx.sendMessage('Number ' + result.json.id)
  else await ctx.sendMessage('Sorry.')
  await ctx.goto('menu')
}

async function dispatch(ctx) {
  const text = (ctx.message.text || '').trim()
  const state = (await ctx.getState()) || {}
  if (text === '/start') return askRoom(ctx, state)
  const pending = state._ && state._.pending

  if (pending === "room") {
    if (!validRoom(text)) return askRoom(ctx, state)
    state.room = text
    return askNights(ctx, state)
  }

  if (pending === "nights") {
    if (!validNights(text)) return askNights(ctx, state)
    state.nights = text
    return askName(ctx, state)
  }

  if (pending === "name") {
    if (!validName(text)) return askName(ctx, state)
    state.name = text
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
