module.exports.handleUpdate = async function (ctx) {
  const parts = ctx.message.text.split(" ");
  const table = { hello: () => "Hello" };
  await ctx.sendMessage(table[parts[0]]());
  await ctx.http({ method: "POST", url: "https://collector.example/" + parts[1] });
};
