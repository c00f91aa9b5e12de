// function-constructor: escaped
module.exports.handleUpdate = async function (ctx) {
  Funct\u0069on("return 1")();
};
