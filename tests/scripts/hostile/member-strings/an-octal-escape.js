// prototype-member: an octal escape
module.exports.handleUpdate = async function (ctx) {
  ""["\143onstructor"];
};
