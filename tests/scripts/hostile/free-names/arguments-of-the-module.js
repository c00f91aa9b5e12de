// free-name: arguments of the module
const leak = () => arguments[1];
module.exports.handleUpdate = async (ctx) => {
  leak();
};
