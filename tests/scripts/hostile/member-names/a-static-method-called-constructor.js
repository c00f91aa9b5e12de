// prototype-member: a static method called constructor
module.exports.handleUpdate = async function (ctx) {
  class Tool { static constructor() {} }
  new Tool();
};
