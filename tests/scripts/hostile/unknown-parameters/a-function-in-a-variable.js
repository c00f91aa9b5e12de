// unknown-call: a function in a variable
module.exports.handleUpdate = async function (ctx) {
  let run = (f) => f("return 1");
  const go = run;
  go((() => 1)[ctx.message.text]);
};
