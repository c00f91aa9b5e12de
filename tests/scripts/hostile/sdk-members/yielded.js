// sdk-member: yielded
module.exports.handleUpdate = async function (ctx) {
  function* all() { yield ctx; }
  for (const c of all()) c.reply("x");
};
