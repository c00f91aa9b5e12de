// prototype-member: an optional element
module.exports.handleUpdate = async function (ctx) {
  ""?.["constructor"];
};
