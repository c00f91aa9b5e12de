const settings = {
  _language: "en",
  get language() {
    return "en";
  },
  limits: Object.freeze({ text: 200, lines: 10 }),
};
const { limits: { text: maxText, ...otherLimits }, language = "en" } = settings;
const numbers = [1, 2, 3, 4];
const [one, , three = 0, ...more] = numbers;

module.exports.handleUpdate = async (ctx) => {
  label: for (const n of numbers) {
    for (const m of more) {
      if (n === m) continue label;
      if (n > 100) break label;
    }
  }
  let i = 0;
  do {
    i++;
  } while (i < 3);
  const big = 2n ** 64n;
  const text = (ctx.message.text || "").slice(0, maxText);
  const kind = typeof text === "string" && text !== "" ? "text" : "nothing";
  await ctx.sendMessage(`${kind} ${language} ${one} ${three} ${i} ${big} ${otherLimits.lines} ${void 0 ?? "-"}`);
};
