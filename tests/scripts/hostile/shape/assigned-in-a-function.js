// shape: assigned in a function
function set() { module.exports.handleUpdate = async (ctx) => {}; }
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
