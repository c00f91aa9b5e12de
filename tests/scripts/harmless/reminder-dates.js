const DAY = 24 * 60 * 60 * 1000;
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

function parseDate(text, now) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match) {
    const [, year, month, day] = match;
    return new Date(Number(year), Number(month) - 1, Number(day));
  }
  if (text === "today") return new Date(now);
  if (text === "tomorrow") return new Date(now + DAY);
  const weekday = WEEKDAYS.findIndex((name) => name.toLowerCase().startsWith(text.toLowerCase()));
  if (weekday < 0) return null;
  const today = new Date(now);
  const ahead = (weekday - today.getUTCDay() + 7) % 7 || 7;
  return new Date(now + ahead * DAY);
}

module.exports.handleUpdate = async function (ctx) {
  const text = (ctx.message.text || "").trim();
  const [command, when, ...rest] = text.split(" ");
  if (command !== "/remind") return;
  const date = when ? parseDate(when, ctx.now) : null;
  if (!date || isNaN(date.getTime())) {
    await ctx.sendMessage("Usage: /remind 2030-01-31 text");
    return;
  }
  const state = await ctx.getState();
  const reminders = Array.isArray(state.reminders) ? state.reminders : [];
  reminders.push({ at: date.toISOString(), text: rest.join(" ") });
  reminders.sort((a, b) => a.at.localeCompare(b.at));
  state.reminders = reminders.slice(0, 10);
  await ctx.setState(state);
  const lines = state.reminders.map((r, i) => `${i + 1}. ${r.at.slice(0, 10)} ${WEEKDAYS[new Date(r.at).getUTCDay()]}: ${r.text}`);
  await ctx.sendMessage(lines.join("\n"));
};
