// prototype-member: shorthand in a literal
module.exports.handleUpdate = async function (ctx) {
  const caller = "Ann";
  const o = { caller };
};
