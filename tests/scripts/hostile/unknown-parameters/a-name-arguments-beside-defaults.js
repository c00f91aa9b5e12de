// free-name: the defaults see the arguments
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  function g(a = arguments[0]) { let arguments = 1; return a; }
  g(unknown);
};
