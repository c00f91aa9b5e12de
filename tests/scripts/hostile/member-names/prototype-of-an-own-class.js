// prototype-member: prototype of an own class
module.exports.handleUpdate = async function (ctx) {
  class Tool {}
  Tool.prototype.run = 1;
};
