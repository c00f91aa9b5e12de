const COMMANDS = ["start", "help", "order", "status", "cancel"];

function distance(a, b) {
  const rows = a.length + 1;
  const columns = b.length + 1;
  const matrix = [];
  for (let i = 0; i < rows; i++) {
    matrix[i] = [];
    for (let j = 0; j < columns; j++) matrix[i][j] = 0;
  }
  for (let i = 0; i < rows; i++) matrix[i][0] = i;
  for (let j = 0; j < columns; j++) matrix[0][j] = j;
  for (let i = 1; i < rows; i++) {
    for (let j = 1; j < columns; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      matrix[i][j] = Math.min(matrix[i - 1][j] + 1, matrix[i][j - 1] + 1, matrix[i - 1][j - 1] + cost);
    }
  }
  return matrix[rows - 1][columns - 1];
}

function nearest(word) {
  let best = null;
  let least = Infinity;
  for (const command of COMMANDS) {
    const d = distance(word, command);
    if (d < least) {
      least = d;
      best = command;
    }
  }
  return least <= 2 ? best : null;
}

module.exports.handleUpdate = async function (ctx) {
  const word = (ctx.message.text || "").replace(/^\//, "").toLowerCase();
  const guess = nearest(word);
  await ctx.sendMessage(guess ? `Did you mean /${guess}?` : "I do not know that command.");
};
