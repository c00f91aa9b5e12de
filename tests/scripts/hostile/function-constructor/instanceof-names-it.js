// function-constructor: instanceof names it
module.exports.handleUpdate = async function (ctx) {
  if (ctx.update instanceof Function) return;
};
