// object-reflection: create with descriptors
module.exports.handleUpdate = async function (ctx) {
  const o = Object.create(null, { a: { get: () => 1 } });
};
