module.exports.handleUpdate = async (ctx) => {
  const query = ctx.update?.callback_query;
  const data = query?.data ?? ctx.message.text ?? "";
  const user = ctx.update.message?.from ?? { first_name: "guest" };
  const [year, month] = data.split("-").map(Number);
  if (!year || !month) {
    await ctx.sendMessage(`Hello, ${user.first_name}. Send a month such as 2030-02.`);
    return;
  }
  const first = new Date(Date_UTC(year, month));
  const days = new Date(year, month, 0).getDate();
  const cells = Array.from({ length: days }, (_, index) => String(index + 1).padStart(2));
  const offset = (first.getUTCDay() + 6) % 7;
  const padded = [...Array(offset).fill("  "), ...cells];
  const weeks = [];
  while (padded.length) weeks.push(padded.splice(0, 7).join(" "));
  await ctx.sendMessage(weeks.join("\n"));
};

function Date_UTC(year, month) {
  return `${year}-${String(month).padStart(2, "0")}-01T00:00:00Z`;
}
