const rows = [
  ["A1", "Berlin", 12],
  ["B2", "Paris", 7],
  ["C3", "Rome", 3],
];

module.exports.handleUpdate = async (ctx) => {
  const lines = [];
  for (let i = 0; i < rows.length; i++) {
    lines.push(rows[i].join(" | "));
    const name = rows[i][1];
    lines.push(name.toUpperCase().padEnd(10, "."));
  }
  const totals = rows.map((row) => row[2]).reduce((a, b) => a + b, 0);
  const longest = Math.max(...rows.map(([, city]) => city.length));
  const groups = {};
  for (const [code, city] of rows) {
    const letter = code[0];
    groups[letter] = groups[letter] || [];
    groups[letter].push(city);
  }
  lines.push(Object.keys(groups).sort().map((key) => `${key}: ${groups[key].join(", ")}`).join("; "));
  await ctx.sendMessage([...lines, String(totals), String(longest)].join("\n"));
};
