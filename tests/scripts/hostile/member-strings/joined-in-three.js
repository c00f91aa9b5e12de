// prototype-member: joined in three
module.exports.handleUpdate = async function (ctx) {
  ""["con" + "struc" + "tor"];
};
