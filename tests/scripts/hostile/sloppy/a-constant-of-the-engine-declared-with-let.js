// syntax: no engine loads it
let undefined = 1;
module.exports.handleUpdate = async function (ctx) {
  await ctx.sendMessage(String(undefined));
};
