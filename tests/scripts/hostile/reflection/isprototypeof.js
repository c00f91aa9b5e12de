// object-reflection: isPrototypeOf
module.exports.handleUpdate = async function (ctx) {
  ({}).isPrototypeOf({});
};
