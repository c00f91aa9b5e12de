// Clinic, without semicolons

async function askDoctor(ctx, state) {
  state._ = { pending: "doctor" }
  await ctx.setState(state)
  await ctx.sendMessage({ text: "Which doctor?", keyboard: [["Therapist"], ["Dentist"], ["Surgeon"]] })
}

function validDoctor(text) {
  return ["Therapist", "Dentist", "Surgeon"].indexOf(text) !== -1
}

async function askDate(ctx, state) {
  state._ = { pending: "date" }
  await ctx.setState(state)
  await ctx.sendMessage("Which date?")
}

function validDate(text) {
  return /^.{2,80}$/.test(text)
}

async function askInsurance(ctx, state) {
  state._ = { pending: "insurance" }
  await ctx.setState(state)
  await ctx.sendMessage("Your insurance number?")
}

function validInsurance(text) {
  return /^.{2,80}$/.test(text)
}

async function submit(ctx, state) {
  const { doctor: a0, date: a1, insurance: a2 } = state
  const query = [['doctor', a0], ['date', a1], ['insurance', a2]]
    .map(([k, v]) => k + '=' + encodeURIComponent(v))
    .join('&')
  const result = await ctx.http({ method: 'GET', url: 'https://api.example.com/visits?' + query, retries: 1, backoffMs: 300 })
  state._ = {}
  await ctx.setState(state)
  if (result.ok && result.json && result.json.id) await ctx.sendMessage('Number ' + result.json.id)
  else await ctx.sendMessage('Sorry.')
  await ctx.goto('menu')
}

async function dispatch(ctx) {
  const text = (ctx.message.text || '').trim()
  const state = (await ctx.getState()) || {}
  if (text === '/start') return askDoctor(ctx, state)
  const pending = state._ && state._.pending

  if (pending === "doctor") {
    if (!validDoctor(text)) return askDoctor(ctx, state)
    state.doctor = text
    return askDate(ctx, state)
  }

  if (pending === "date") {
    if (!validDate(text)) return askDate(ctx, state)
    state.date = text
    return askInsurance(ctx, state)
  }

  if (pending === "insurance") {
    if (!validInsurance(text)) return askInsurance(ctx, state)
    state.insurance = text
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
