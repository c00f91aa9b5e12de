// Names that a script declares itself are its own.
const process = (order) => ({ ...order, done: true });
function eval1(x) { return x; }
class Worker {
  constructor(name) { this.name = name; }
  run() { return `${this.name} works`; }
}

module.exports.handleUpdate = async function (ctx) {
  const console = [];
  const log = (line) => console.push(line);
  const fetch = async (path) => ctx.http({ method: "GET", url: "https://api.example.com" + path });
  const order = process({ id: 1 });
  log(String(eval1(order.id)));
  const worker = new Worker("Ann");
  log(worker.run());
  const answer = await fetch("/status");
  log(answer.ok ? "up" : "down");
  await ctx.sendMessage(console.join("\n"));
};
