class Emitter {
  constructor() {
    this.listeners = new Map();
  }

  on(event, listener) {
    const list = this.listeners.get(event) || [];
    list.push(listener);
    this.listeners.set(event, list);
    return this;
  }

  async emit(event, ...args) {
    for (const listener of this.listeners.get(event) || []) {
      await listener(...args);
    }
  }
}

module.exports.handleUpdate = async (ctx) => {
  const emitter = new Emitter();
  emitter.on("text", async (text) => ctx.sendMessage(`Got ${text.length} characters`)).on("start", () => ctx.goto("main"));
  const text = ctx.message.text || "";
  await emitter.emit(text.startsWith("/start") ? "start" : "text", text);
};
