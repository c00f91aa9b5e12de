// require: require resolve
module.exports.handleUpdate = async function (ctx) {
  require.resolve("fs");
};
