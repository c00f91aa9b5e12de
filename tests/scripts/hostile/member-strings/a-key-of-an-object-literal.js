// prototype-member: a key of an object literal
module.exports.handleUpdate = async function (ctx) {
  const o = { ["constructor"]: 1 };
};
