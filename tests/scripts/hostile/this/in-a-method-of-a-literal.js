// this: in a method of a literal
module.exports.handleUpdate = async function (ctx) {
  const tool = { run() { return this; } };
  const { run } = tool;
  run();
};
