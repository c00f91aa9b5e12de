// free-name: Intl
module.exports.handleUpdate = async function (ctx) {
  const x = Intl;
};
