// sdk-member: a closure
module.exports.handleUpdate = async function (ctx) {
  const hello = () => ctx.reply("x");
  hello();
};
