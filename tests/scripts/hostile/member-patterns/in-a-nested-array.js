// prototype-member: in a nested array
module.exports.handleUpdate = async function (ctx) {
  const [{ prototype }] = [Map];
};
