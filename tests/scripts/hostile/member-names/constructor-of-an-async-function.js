// prototype-member: constructor of an async function
module.exports.handleUpdate = async function (ctx) {
  (async () => {}).constructor("return 1");
};
