// Dates: only from what the host says.
module.exports.handleUpdate = async function (ctx) {
  const d = new Date(ctx.now);
  const day = new Date(d.getFullYear(), d.getMonth(), d.getDate() + 30, 5);
  const parts = [
    d.toISOString(), d.toJSON(), d.getDay(), d.getTimezoneOffset(), d.toString(), d.toDateString(), d.toTimeString(), d.toUTCString(),
    `${d}`, d.valueOf(), +day, day.getHours(), new Date('2024-02-29').getTime(), new Date('2024-02-29T10:00').getTime(),
    new Date('2024-02-29T10:00:00+02:00').getTime(), new Date(2024, 1, 29, 10).toISOString(), Date.UTC(99, 0), Date.parse('2024-01-01T00:00:00Z'),
    new Date('Feb 29 2024 10:00').getTime(), new Date(d).getTime() === d.getTime(), new Date('nonsense').getTime(), new Date(8.64e15 + 1).getTime(),
    d.setMonth(14), d.setHours(30, 61, 61, 1001), new Date(NaN).toString(), Object.prototype.toString.call(d), typeof (d - 1), d > new Date(0),
  ];
  for (const part of parts) await ctx.sendMessage(String(part));
};
