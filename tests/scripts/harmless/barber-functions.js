// Barber shop, without semicolons

async function askService(ctx, state) {
  state._ = { pending: "service" }
  await ctx.setState(state)
  await ctx.sendMessage({ text: "Which service?", keyboard: [["Haircut"], ["Beard"], ["Both"]] })
}

function validService(text) {
  return ["Haircut", "Beard", "Both"].indexOf(text) !== -1
}

async function askDay(ctx, state) {
  state._ = { pending: "day" }
  await ctx.setState(state)
  await ctx.sendMessage("Which day?")
}

function validDay(text) {
  return /^.{2,80}$/.test(text)
}

async function askPhone(ctx, state) {
  state._ = { pending: "phone" }
  await ctx.setState(state)
  await ctx.sendMessage("Your phone number?")
}

function validPhone(text) {
  return /^.{2,80}$/.test(text)
}

async function submit(ctx, state) {
  const { service: a0, day: a1, phone: a2 } = state
  const query = [['service', a0], ['day', a1], ['phone', a2]]
    .map(([k, v]) => k + '=' + encodeURIComponent(v))
    .join('&')
  const result = await ctx.http({ method: 'GET', url: 'https://api.example.com/bookings?' + query, retries: 1, backoffMs: 300 })
  state._ = {}
  await ctx.setState(state)
  if (result.ok && result.json && result.json.id) await ctx.sendMessage('Number ' + result.json.id)
  else await ctx.sendMessage('Sorry.')
  await ctx.goto('menu')
}

async function dispatch(ctx) {
  const text = (ctx.message.text || '').trim()
  const state = (await ctx.getState()) || {}
  if (text === '/start') return askService(ctx, state)
  const pending = state._ && state._.pending

  if (pending === "service") {
    if (!validService(text)) return askService(ctx, state)
    state.service = text
    return askDay(ctx, state)
  }

  if (pending === "day") {
    if (!validDay(text)) return askDay(ctx, state)
    state.day = text
    return askPhone(ctx, state)
  }

  if (pending === "phone") {
    if (!validPhone(text)) return askPhone(ctx, state)
    state.phone = text
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
