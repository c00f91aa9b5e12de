// free-name: ShadowRealm
module.exports.handleUpdate = async function (ctx) {
  const x = ShadowRealm;
};
