// object-reflection: create with a prototype
module.exports.handleUpdate = async function (ctx) {
  const o = Object.create({});
};
