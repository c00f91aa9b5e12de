// console: console log
module.exports.handleUpdate = async function (ctx) {
  console.log(ctx.message.text);
};
