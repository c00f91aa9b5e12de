// prototype-member: a braced escape in the name
module.exports.handleUpdate = async function (ctx) {
  "".\u{63}onstructor;
};
