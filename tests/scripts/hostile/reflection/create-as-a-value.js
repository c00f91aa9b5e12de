// object-reflection: create as a value
module.exports.handleUpdate = async function (ctx) {
  const make = Object.create;
  make({});
};
