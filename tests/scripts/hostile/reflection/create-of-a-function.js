// object-reflection: create of a function
module.exports.handleUpdate = async function (ctx) {
  const o = Object.create(() => 1);
};
