// node-kind: it is assigned to the outer variable too
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  var f = () => 0;
  { function f(x) { x("return 1"); } }
  f(unknown);
};
