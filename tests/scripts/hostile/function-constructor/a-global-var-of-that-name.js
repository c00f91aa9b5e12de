// function-constructor: a global var of that name
var Function;
module.exports.handleUpdate = async (ctx) => {
  Function(ctx.message.text)();
};
