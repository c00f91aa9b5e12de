// prototype-member: a getter called prototype
module.exports.handleUpdate = async function (ctx) {
  const o = { get prototype() { return 1; } };
};
