// prototype-member: a string
module.exports.handleUpdate = async function (ctx) {
  ""["constructor"];
};
