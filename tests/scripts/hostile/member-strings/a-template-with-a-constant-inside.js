// prototype-member: a template with a constant inside
module.exports.handleUpdate = async function (ctx) {
  const part = "struct";
  ""[`con${part}or`];
};
