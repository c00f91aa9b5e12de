// prototype-member: proto with a default
module.exports.handleUpdate = async function (ctx) {
  const { __proto__: p = 1 } = {};
};
