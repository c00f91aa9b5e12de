// prototype-member: an escape in the string
module.exports.handleUpdate = async function (ctx) {
  ""["\x63onstructor"];
};
