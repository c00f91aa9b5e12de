// Repair, without semicolons

async function askDevice(ctx, state) {
  state._ = { pending: "device" }
  await ctx.setState(state)
  await ctx.sendMessage({ text: "Which device?", keyboard: [["Phone"], ["Laptop"]] })
}

function validDevice(text) {
  return ["Phone", "Laptop"].indexOf(text) !== -1
}

async function askFault(ctx, state) {
  state._ = { pending: "fault" }
  await ctx.setState(state)
  await ctx.sendMessage("What is wrong?")
}

function validFault(text) {
  return /^.{2,80}$/.test(text)
}

async function askSerial(ctx, state) {
  state._ = { pending: "serial" }
  await ctx.setState(state)
  await ctx.sendMessage("The serial number?")
}

function validSerial(text) {
  return /^.{2,80}$/.test(text)
}

async function submit(ctx, state) {
  const { device: a0, fault: a1, serial: a2 } = state
  const query = [['device', a0], ['fault', a1], ['serial', a2]]
    .map(([k, v]) => k + '=' + encodeURIComponent(v))
    .join('&')
  const result = await ctx.http({ method: 'GET', url: 'https://api.example.com/repairs?' + query, retries: 1, backoffMs: 300 })
  state._ = {}
  await ctx.setState(state)
  if (result.ok && result.json && result.json.id) await ctx.sendMessage('Number ' + result.json.id)
  else await ctx.sendMessage('Sorry.')
  await ctx.goto('menu')
}

async function dispatch(ctx) {
  const text = (ctx.message.text || '').trim()
  const state = (await ctx.getState()) || {}
  if (text === '/start') return askDevice(ctx, state)
  const pending = state._ && state._.pending

  if (pending === "device") {
    if (!validDevice(text)) return askDevice(ctx, state)
    state.device = text
    return askFault(ctx, state)
  }

  if (pending === "fault") {
    if (!validFault(text)) return askFault(ctx, state)
    state.fault = text
    return askSerial(ctx, state)
  }

  if (pending === "serial") {
    if (!validSerial(text)) return askSerial(ctx, state)
    state.serial = text
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
