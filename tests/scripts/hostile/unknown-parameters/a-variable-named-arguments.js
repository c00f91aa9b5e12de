// free-name: the variable is the arguments
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  function g() { var arguments; arguments[0]("return 1"); }
  g(unknown);
};
