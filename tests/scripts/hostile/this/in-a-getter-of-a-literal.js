// this: in a getter of a literal
module.exports.handleUpdate = async function (ctx) {
  const tool = { get all() { return this; } };
  tool.all;
};
