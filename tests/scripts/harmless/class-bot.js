class Bot {
  #ctx;
  state = {};

  constructor(ctx) {
    this.#ctx = ctx;
  }

  static get commands() {
    return ["/start", "/stop"];
  }

  async load() {
    this.state = await this.#ctx.getState();
    return this;
  }

  get text() {
    return (this.#ctx.message.text ?? "").trim();
  }

  async reply(text) {
    await this.#ctx.sendMessage(text);
  }

  async save() {
    await this.#ctx.setState(this.state);
  }

  async run() {
    const [command, ...args] = this.text.split(" ");
    if (!Bot.commands.includes(command)) return this.reply("?");
    if (command === "/start") {
      this.state.started = true;
      this.state.args = args.join(" ");
      await this.save();
      return this.reply(`Started with ${args.length} words.`);
    }
    this.state.started = false;
    await this.save();
    return this.reply("Stopped.");
  }
}

class LoudBot extends Bot {
  async reply(text) {
    await super.reply(text.toUpperCase());
  }
}

module.exports.handleUpdate = async (ctx) => {
  const bot = ctx.locale === "en" ? new Bot(ctx) : new LoudBot(ctx);
  await bot.load();
  await bot.run();
};
