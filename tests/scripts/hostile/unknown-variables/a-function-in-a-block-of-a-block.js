// node-kind: it is assigned to the variable of the function
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  let g = () => 0;
  { let h = () => 0; { function h(x) { x("return 1"); } h(unknown); } }
};
