// sdk-member: a rest parameter
module.exports.handleUpdate = async function (ctx) {
  const hello = (...all) => all[0].reply("x");
  hello(ctx);
};
