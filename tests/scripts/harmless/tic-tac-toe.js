const LINES = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

function winner(board) {
  for (const [a, b, c] of LINES) {
    if (board[a] !== " " && board[a] === board[b] && board[a] === board[c]) return board[a];
  }
  return board.includes(" ") ? null : "draw";
}

function show(board) {
  const rows = [];
  for (let y = 0; y < 3; y++) rows.push(board.slice(y * 3, y * 3 + 3).join("|"));
  return rows.join("\n-+-+-\n");
}

function reply(board) {
  const order = [4, 0, 2, 6, 8, 1, 3, 5, 7];
  return order.find((cell) => board[cell] === " ");
}

module.exports.handleUpdate = async (ctx) => {
  const state = await ctx.getState();
  const board = Array.isArray(state.board) ? [...state.board] : new Array(9).fill(" ");
  const cell = Number(ctx.message.text) - 1;
  if (!Number.isInteger(cell) || cell < 0 || cell > 8 || board[cell] !== " ") {
    await ctx.sendMessage({ text: show(board), keyboard: [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]] });
    return;
  }
  board[cell] = "X";
  let result = winner(board);
  if (!result) {
    const answer = reply(board);
    if (answer !== undefined) board[answer] = "O";
    result = winner(board);
  }
  await ctx.setState({ ...state, board: result ? null : board });
  await ctx.sendMessage(show(board) + (result ? `\n${result}` : ""));
};
