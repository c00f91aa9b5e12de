// this: in the heritage of a class
module.exports.handleUpdate = async function (ctx) {
  class Tool extends (this, Object) {}
  new Tool();
};
