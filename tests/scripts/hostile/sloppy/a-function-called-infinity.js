// syntax: no engine loads it
function Infinity() {}
module.exports.handleUpdate = async function (ctx) {
  await ctx.sendMessage("Hello");
};
