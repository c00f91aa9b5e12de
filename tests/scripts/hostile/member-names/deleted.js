// prototype-member: deleted
module.exports.handleUpdate = async function (ctx) {
  const o = {};
  delete o.constructor;
};
