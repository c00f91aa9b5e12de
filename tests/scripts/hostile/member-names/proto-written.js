// prototype-member: proto written
module.exports.handleUpdate = async function (ctx) {
  const o = {};
  o.__proto__ = null;
};
