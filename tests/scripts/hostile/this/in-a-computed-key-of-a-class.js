// this: in a computed key of a class
module.exports.handleUpdate = async function (ctx) {
  class Tool { [this]() {} }
  new Tool();
};
