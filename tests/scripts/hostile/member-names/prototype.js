// prototype-member: prototype
module.exports.handleUpdate = async function (ctx) {
  Array.prototype.push;
};
