// prototype-member: a constant
module.exports.handleUpdate = async function (ctx) {
  const key = "constructor";
  ""[key];
};
