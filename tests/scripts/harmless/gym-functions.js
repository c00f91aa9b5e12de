// Gym, without semicolons

async function askPlan(ctx, state) {
  state._ = { pending: "plan" }
  await ctx.setState(state)
  await ctx.sendMessage({ text: "Which plan?", keyboard: [["Month"], ["Year"]] })
}

function validPlan(text) {
  return ["Month", "Year"].indexOf(text) !== -1
}

async function askStart(ctx, state) {
  state._ = { pending: "start" }
  await ctx.setState(state)
  await ctx.sendMessage("From when?")
}

function validStart(text) {
  return /^.{2,80}$/.test(text)
}

async function askEmail(ctx, state) {
  state._ = { pending: "email" }
  await ctx.setState(state)
  await ctx.sendMessage("Your e-mail?")
}

function validEmail(text) {
  return /^.{2,80}$/.test(text)
}

async function submit(ctx, state) {
  const { plan: a0, start: a1, email: a2 } = state
  const query = [['plan', a0], ['start', a1], ['email', a2]]
    .map(([k, v]) => k + '=' + encodeURIComponent(v))
    .join('&')
  const result = await ctx.http({ method: 'GET', url: 'https://api.example.com/members?' + query, retries: 1, backoffMs: 300 })
  state._ = {}
  await ctx.setState(state)
  if (result.ok && result.json && result.json.id) await ctx.sendMessage('Number ' + result.json.id)
  else await ctx.sendMessage('Sorry.')
  await ctx.goto('menu')
}

async function dispatch(ctx) {
  const text = (ctx.message.text || '').trim()
  const state = (await ctx.getState()) || {}
  if (text === '/start') return askPlan(ctx, state)
  const pending = state._ && state._.pending

  if (pending === "plan") {
    if (!validPlan(text)) return askPlan(ctx, state)
    state.plan = text
    return askStart(ctx, state)
  }

  if (pending === "start") {
    if (!validStart(text)) return askStart(ctx, state)
    state.start = text
    return askEmail(ctx, state)
  }

  if (pending === "email") {
    if (!validEmail(text)) return askEmail(ctx, state)
    state.email = text
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
