// prototype-member: an assignment as the key
module.exports.handleUpdate = async function (ctx) {
  let k;
  ""[k = "constructor"];
};
