// School, without semicolons

async function askCourse(ctx, state) {
  state._ = { pending: "course" }
  await ctx.setState(state)
  await ctx.sendMessage({ text: "Which course?", keyboard: [["English"], ["Maths"], ["Physics"]] })
}

function validCourse(text) {
  return ["English", "Maths", "Physics"].indexOf(text) !== -1
}

async function askStudent(ctx, state) {
  state._ = { pending: "student" }
  await ctx.setState(state)
  await ctx.sendMessage("The name of the student?")
}

function validStudent(text) {
  return /^.{2,80}$/.test(text)
}

async function askGrade(ctx, state) {
  state._ = { pending: "grade" }
  await ctx.setState(state)
  await ctx.sendMessage("Which grade?")
}

function validGrade(text) {
  return /^.{2,80}$/.test(text)
}

async function submit(ctx, state) {
  const { course: a0, student: a1, grade: a2 } = state
  const query = [['course', a0], ['student', a1], ['grade', a2]]
    .map(([k, v]) => k + '=' + encodeURIComponent(v))
    .join('&')
  const result = await ctx.http({ method: 'GET', url: 'https://api.example.com/enrolments?' + query, retries: 1, backoffMs: 300 })
  state._ = {}
  await ctx.setState(state)
  if (result.ok && result.json && result.json.id) await ctx.sendMessage('Number ' + result.json.id)
  else await ctx.sendMessage('Sorry.')
  await ctx.goto('menu')
}

async function dispatch(ctx) {
  const text = (ctx.message.text || '').trim()
  const state = (await ctx.getState()) || {}
  if (text === '/start') return askCourse(ctx, state)
  const pending = state._ && state._.pending

  if (pending === "course") {
    if (!validCourse(text)) return askCourse(ctx, state)
    state.course = text
    return askStudent(ctx, state)
  }

  if (pending === "student") {
    if (!validStudent(text)) return askStudent(ctx, state)
    state.student = text
    return askGrade(ctx, state)
  }

  if (pending === "grade") {
    if (!validGrade(text)) return askGrade(ctx, state)
    state.grade = text
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
