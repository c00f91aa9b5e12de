// require: module loads through a var
var require;
module.exports.handleUpdate = async (ctx) => {
  require("fs");
};
