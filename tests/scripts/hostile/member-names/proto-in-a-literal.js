// prototype-member: proto in a literal
module.exports.handleUpdate = async function (ctx) {
  const o = { __proto__: null };
};
