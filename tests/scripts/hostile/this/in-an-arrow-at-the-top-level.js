// this: in an arrow at the top level
const leak = () => this;
module.exports.handleUpdate = async (ctx) => {
  leak();
};
