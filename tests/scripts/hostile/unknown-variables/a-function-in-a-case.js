// node-kind: a switch is a block
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  var f = () => 0;
  switch (1) { case 1: function f(x) { x("return 1"); } }
  f(unknown);
};
