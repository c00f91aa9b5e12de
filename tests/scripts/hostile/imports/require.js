// require: require
module.exports.handleUpdate = async function (ctx) {
  const fs = require("fs");
};
