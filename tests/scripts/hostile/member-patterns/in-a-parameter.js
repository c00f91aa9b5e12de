// prototype-member: in a parameter
module.exports.handleUpdate = async function (ctx) {
  const f = ({ constructor: C }) => C;
  f("");
};
