// Support, without semicolons

async function askTopic(ctx, state) {
  state._ = { pending: "topic" }
  await ctx.setState(state)
  await ctx.sendMessage({ text: "What is it about?", keyboard: [["Bill"], ["Delivery"], ["Other"]] })
}

function validTopic(text) {
  return ["Bill", "Delivery", "Other"].indexOf(text) !== -1
}

async function askText(ctx, state) {
  state._ = { pending: "text" }
  await ctx.setState(state)
  await ctx.sendMessage("Describe it.")
}

function validText(text) {
  return /^.{2,80}$/.test(text)
}

async function askContact(ctx, state) {
  state._ = { pending: "contact" }
  await ctx.setState(state)
  await ctx.sendMessage("How do we reach you?")
}

function validContact(text) {
  return /^.{2,80}$/.test(text)
}

async function submit(ctx, state) {
  const { topic: a0, text: a1, contact: a2 } = state
  const query = [['topic', a0], ['text', a1], ['contact', a2]]
    .map(([k, v]) => k + '=' + encodeURIComponent(v))
    .join('&')
  const result = await ctx.http({ method: 'GET', url: 'https://api.example.com/tickets?' + query, retries: 1, backoffMs: 300 })
  state._ = {}
  await ctx.setState(state)
  if (result.ok && result.json && result.json.id) await ctx.sendMessage('Number ' + result.json.id)
  else await ctx.sendMessage('Sorry.')
  await ctx.goto('menu')
}

async function dispatch(ctx) {
  const text = (ctx.message.text || '').trim()
  const state = (await ctx.getState()) || {}
  if (text === '/start') return askTopic(ctx, state)
  const pending = state._ && state._.pending

  if (pending === "topic") {
    if (!validTopic(text)) return askTopic(ctx, state)
    state.topic = text
    return askText(ctx, state)
  }

  if (pending === "text") {
    if (!validText(text)) return askText(ctx, state)
    state.text = text
    return askContact(ctx, state)
  }

  if (pending === "contact") {
    if (!validContact(text)) return askContact(ctx, state)
    state.contact = text
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
