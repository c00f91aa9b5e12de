// Taxi, without semicolons

async function askFrom(ctx, state) {
  state._ = { pending: "from" }
  await ctx.setState(state)
  await ctx.sendMessage("Where from?")
}

function validFrom(text) {
  return /^.{2,80}$/.test(text)
}

async function askTo(ctx, state) {
  state._ = { pending: "to" }
  await ctx.setState(state)
  await ctx.sendMessage("Where to?")
}

function validTo(text) {
  return /^.{2,80}$/.test(text)
}

async function askClass(ctx, state) {
  state._ = { pending: "class" }
  await ctx.setState(state)
  await ctx.sendMessage({ text: "Which class?", keyboard: [["Economy"], ["Comfort"], ["Business"]] })
}

function validClass(text) {
  return ["Economy", "Comfort", "Business"].indexOf(text) !== -1
}

async function submit(ctx, state) {
  const { from: a0, to: a1, class: a2 } = state
  const query = [['from', a0], ['to', a1], ['class', a2]]
    .map(([k, v]) => k + '=' + encodeURIComponent(v))
    .join('&')
  const result = await ctx.http({ method: 'GET', url: 'https://api.example.com/rides?' + query, retries: 1, backoffMs: 300 })
  state._ = {}
  await ctx.setState(state)
  if (result.ok && result.json && result.json.id) await ctx.sendMessage('Number ' + result.json.id)
  else await ctx.sendMessage('Sorry.')
  await ctx.goto('menu')
}

async function dispatch(ctx) {
  const text = (ctx.message.text || '').trim()
  const state = (await ctx.getState()) || {}
  if (text === '/start') return askFrom(ctx, state)
  const pending = state._ && state._.pending

  if (pending === "from") {
    if (!validFrom(text)) return askFrom(ctx, state)
    state.from = text
    return askTo(ctx, state)
  }

  if (pending === "to") {
    if (!validTo(text)) return askTo(ctx, state)
    state.to = text
    return askClass(ctx, state)
  }

  if (pending === "class") {
    if (!validClass(text)) return askClass(ctx, state)
    state.class = text
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
