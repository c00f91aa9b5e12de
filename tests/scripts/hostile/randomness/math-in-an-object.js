// randomness: Math in an object
module.exports.handleUpdate = async function (ctx) {
  const tools = { m: Math };
  tools.m.random();
};
