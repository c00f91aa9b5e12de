// free-name: somethingElse
module.exports.handleUpdate = async function (ctx) {
  const x = somethingElse;
};
