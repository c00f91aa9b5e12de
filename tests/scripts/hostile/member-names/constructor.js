// prototype-member: constructor
module.exports.handleUpdate = async function (ctx) {
  "".constructor;
};
