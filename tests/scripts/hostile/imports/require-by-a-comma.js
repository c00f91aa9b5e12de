// require: require by a comma
module.exports.handleUpdate = async function (ctx) {
  (0, require)("fs");
};
