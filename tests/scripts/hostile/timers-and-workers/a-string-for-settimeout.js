// timers: a string for setTimeout
module.exports.handleUpdate = async function (ctx) {
  setTimeout(ctx.message.text, 1);
};
