// prototype-member: joined strings
module.exports.handleUpdate = async function (ctx) {
  ""["con" + "structor"];
};
