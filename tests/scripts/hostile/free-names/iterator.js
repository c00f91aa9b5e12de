// free-name: Iterator
module.exports.handleUpdate = async function (ctx) {
  const x = Iterator;
};
