// prototype-member: a let that is never assigned again
module.exports.handleUpdate = async function (ctx) {
  let key = "__proto__";
  ({})[key];
};
