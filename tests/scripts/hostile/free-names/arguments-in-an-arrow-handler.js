// free-name: arguments in an arrow handler
module.exports.handleUpdate = async (ctx) => {
  arguments[1];
};
