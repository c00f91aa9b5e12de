// console: console destructured
module.exports.handleUpdate = async function (ctx) {
  const { log } = console;
  log(ctx.message.text);
};
