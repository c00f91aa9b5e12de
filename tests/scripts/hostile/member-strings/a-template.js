// prototype-member: a template
module.exports.handleUpdate = async function (ctx) {
  ""[`constructor`];
};
