function grid(width, height) {
  const cells = [];
  for (let y = 0; y < height; y += 1) {
    const row = [];
    for (let x = 0; x < width; x += 1) row.push(0);
    cells.push(row);
  }
  return cells;
}

function life(cells) {
  const height = cells.length;
  const width = cells[0].length;
  const next = grid(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let n = 0;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          if (dx === 0 && dy === 0) continue;
          const yy = (y + dy + height) % height;
          const xx = (x + dx + width) % width;
          n += cells[yy][xx];
        }
      }
      next[y][x] = n === 3 || (n === 2 && cells[y][x] === 1) ? 1 : 0;
    }
  }
  return next;
}

module.exports.handleUpdate = async (ctx) => {
  const cells = grid(8, 8);
  for (const [x, y] of [[1, 0], [2, 1], [0, 2], [1, 2], [2, 2]]) cells[+y][+x] = 1;
  const after = life(cells);
  await ctx.sendMessage(after.map((row) => row.map((cell) => (cell ? "#" : ".")).join("")).join("\n"));
};
