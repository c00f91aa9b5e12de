// sdk-member: in a map
module.exports.handleUpdate = async function (ctx) {
  const m = new Map([["c", ctx]]);
  m.get("c").reply("x");
};
