// Flowers, without semicolons

async function askBouquet(ctx, state) {
  state._ = { pending: "bouquet" }
  await ctx.setState(state)
  await ctx.sendMessage({ text: "Which bouquet?", keyboard: [["Roses"], ["Tulips"], ["Mixed"]] })
}

function validBouquet(text) {
  return ["Roses", "Tulips", "Mixed"].indexOf(text) !== -1
}

async function askAddress(ctx, state) {
  state._ = { pending: "address" }
  await ctx.setState(state)
  await ctx.sendMessage("Where to?")
}

function validAddress(text) {
  return /^.{2,80}$/.test(text)
}

async function askCard(ctx, state) {
  state._ = { pending: "card" }
  await ctx.setState(state)
  await ctx.sendMessage("What shall the card say?")
}

function validCard(text) {
  return /^.{2,80}$/.test(text)
}

async function submit(ctx, state) {
  const { bouquet: a0, address: a1, card: a2 } = state
  const query = [['bouquet', a0], ['address', a1], ['card', a2]]
    .map(([k, v]) => k + '=' + encodeURIComponent(v))
    .join('&')
  const result = await ctx.http({ method: 'GET', url: 'https://api.example.com/deliveries?' + query, retries: 1, backoffMs: 300 })
  state._ = {}
  await ctx.setState(state)
  if (result.ok && result.json && result.json.id) await ctx.sendMessage('Number ' + result.json.id)
  else await ctx.sendMessage('Sorry.')
  await ctx.goto('menu')
}

async function dispatch(ctx) {
  const text = (ctx.message.text || '').trim()
  const state = (await ctx.getState()) || {}
  if (text === '/start') return askBouquet(ctx, state)
  const pending = state._ && state._.pending

  if (pending === "bouquet") {
    if (!validBouquet(text)) return askBouquet(ctx, state)
    state.bouquet = text
    return askAddress(ctx, state)
  }

  if (pending === "address") {
    if (!validAddress(text)) return askAddress(ctx, state)
    state.address = text
    return askCard(ctx, state)
  }

  if (pending === "card") {
    if (!validCard(text)) return askCard(ctx, state)
    state.card = text
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
