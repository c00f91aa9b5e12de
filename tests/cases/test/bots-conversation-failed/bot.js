// Greets whoever comes, whatever they answered.
module.exports.handleUpdate = async function (ctx) {
  const text = ctx.message.text;
  if (typeof text !== "string") {
    return;
  }
  const state = { ...(await ctx.getState()) };
  if (/^\/start(?:@\S+)?$/i.test(text)) {
    state._ = { waits: true };
    await ctx.sendMessage("Who are you?");
  } else if (state._ && state._.waits) {
    state._ = { waits: false };
    state.name = text;
    await ctx.sendMessage({ text: "Hello, " + text + "!", keyboard: [["Hi", "Bye"]] });
  }
  await ctx.setState(state);
};
