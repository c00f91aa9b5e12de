// prototype-member: an escape in the name
module.exports.handleUpdate = async function (ctx) {
  "".c\u006fnstructor;
};
