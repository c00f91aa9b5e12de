// Library, without semicolons

async function askTitle(ctx, state) {
  state._ = { pending: "title" }
  await ctx.setState(state)
  await ctx.sendMessage("Which book?")
}

function validTitle(text) {
  return /^.{2,80}$/.test(text)
}

async function askBranch(ctx, state) {
  state._ = { pending: "branch" }
  await ctx.setState(state)
  await ctx.sendMessage({ text: "Which branch?", keyboard: [["North"], ["South"]] })
}

function validBranch(text) {
  return ["North", "South"].indexOf(text) !== -1
}

async function askCard(ctx, state) {
  state._ = { pending: "card" }
  await ctx.setState(state)
  await ctx.sendMessage("Your card number?")
}

function validCard(text) {
  return /^.{2,80}$/.test(text)
}

async function submit(ctx, state) {
  const { title: a0, branch: a1, card: a2 } = state
  const query = [['title', a0], ['branch', a1], ['card', a2]]
    .map(([k, v]) => k + '=' + encodeURIComponent(v))
    .join('&')
  const result = await ctx.http({ method: 'GET', url: 'https://api.example.com/holds?' + query, retries: 1, backoffMs: 300 })
  state._ = {}
  await ctx.setState(state)
  if (result.ok && result.json && result.json.id) await ctx.sendMessage('Number ' + result.json.id)
  else await ctx.sendMessage('Sorry.')
  await ctx.goto('menu')
}

async function dispatch(ctx) {
  const text = (ctx.message.text || '').trim()
  const state = (await ctx.getState()) || {}
  if (text === '/start') return askTitle(ctx, state)
  const pending = state._ && state._.pending

  if (pending === "title") {
    if (!validTitle(text)) return askTitle(ctx, state)
    state.title = text
    return askBranch(ctx, state)
  }

  if (pending === "branch") {
    if (!validBranch(text)) return askBranch(ctx, state)
    state.branch = text
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
