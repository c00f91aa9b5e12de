// object-reflection: aliased
module.exports.handleUpdate = async function (ctx) {
  const O = Object;
  O.setPrototypeOf({}, null);
};
