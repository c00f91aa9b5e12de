// unknown-call: arguments destructured
module.exports.handleUpdate = async function (ctx) {
  function run() { const [f] = arguments; return f("return 1"); }
  run((() => 1)[ctx.message.text]);
};
