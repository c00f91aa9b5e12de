// prototype-member: a unicode escape in the string
module.exports.handleUpdate = async function (ctx) {
  ""["\u0063onstructor"];
};
