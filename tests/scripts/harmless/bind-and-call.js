class Greeter {
  constructor(name) { this.name = name; this.greet = this.greet.bind(this); }
  greet(who) { return `${this.name} greets ${who}`; }
}

function sum() {
  return Array.from(arguments).reduce((a, b) => a + b, 0);
}

module.exports.handleUpdate = async (ctx) => {
  const { greet } = new Greeter("Ann");
  const names = (ctx.message.text || "Bob").split(" ");
  const add = sum.bind(null, 1);
  const most = Math.max.apply(null, names.map((name) => name.length));
  await ctx.sendMessage(names.map((name) => greet(name)).join("\n") + sum.call(null, 1, 2) + add(3) + most);
};
