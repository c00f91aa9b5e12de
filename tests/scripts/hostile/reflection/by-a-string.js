// object-reflection: by a string
module.exports.handleUpdate = async function (ctx) {
  Object["getProto" + "typeOf"]({});
};
