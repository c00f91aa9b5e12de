// shape: module in a function
const leak = () => module;
module.exports.handleUpdate = async (ctx) => {
  leak();
};
