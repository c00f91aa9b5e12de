// prototype-member: a class member
module.exports.handleUpdate = async function (ctx) {
  class Tool { ["prototype"] = 1; }
  new Tool();
};
